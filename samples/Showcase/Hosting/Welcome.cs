using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Showcase.Hosting;

/// <summary>What whoever starts a host reads on the terminal once its pages can be opened.</summary>
internal static class Welcome
{
    public static void PrintWelcomeWhenStarted(this WebApplication app) => app.Lifetime.ApplicationStarted.Register(() => Console.Out.WriteLine(
        $"""

        Showcase   {string.Join(", ", app.Urls)}
        Engines    {string.Join(", ", app.Services.GetRequiredService<EngineCatalog>().Names)}
        Ctrl+C stops it.

        """));
}
