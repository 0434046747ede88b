using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveStash.Hosting;

internal sealed class HubSetup(IServiceProvider services) : IConfigureOptions<HubOptions>
{
    public void Configure(HubOptions options)
    {
        options.AddFilter(new CircuitRequest());
        options.AddFilter(services.GetRequiredService<StoppingServer>());
    }
}
