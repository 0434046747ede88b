using Microsoft.AspNetCore.Components;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>What a circuit's services learn from outside: its page, its address and whose it is.</summary>
internal sealed class CircuitContext : IStashSessionKeyProvider
{
    public FakePage? Page { get; set; }

    public string Uri { get; set; } = "https://shop.example/";

    public string SessionKey { get; set; } = "user:test:1";

    public ValueTask<string> GetSessionKeyAsync(CancellationToken cancellationToken = default) => new(SessionKey);

    internal sealed class Navigation : NavigationManager
    {
        public Navigation(CircuitContext context) => Initialize("https://shop.example/", context.Uri);
    }
}
