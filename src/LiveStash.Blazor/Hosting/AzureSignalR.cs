using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveStash.Hosting;

/// <summary>Finds out whether pages connect to Azure SignalR, whichever of the two was registered first.</summary>
internal sealed class AzureSignalR(IServiceCollection services) : IConfigureOptions<StashConnectionOptions>
{
    private const string Namespace = "Microsoft.Azure.SignalR";

    public void Configure(StashConnectionOptions options) =>
        options.Negotiate = services.Any(static descriptor => descriptor.ServiceType.Namespace == Namespace);
}
