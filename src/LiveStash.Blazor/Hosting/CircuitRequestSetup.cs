using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace LiveStash.Hosting;

internal sealed class CircuitRequestSetup : IConfigureOptions<HubOptions>
{
    public void Configure(HubOptions options) => options.AddFilter(new CircuitRequest());
}
