using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveStash.Orleans.Options;

/// <summary>Refuses to start a host that uses the engine and has no way to call a grain. Reported with all other errors of the options.</summary>
internal sealed class OrleansEngineValidator(IServiceProviderIsService services) : IValidateOptions<LiveStashOptions>
{
    public ValidateOptionsResult Validate(string? name, LiveStashOptions options) =>
        services.IsService(typeof(IGrainFactory))
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "LiveStash's UseOrleans() needs Orleans on this host, and there is none. Add either "
                + "'builder.UseOrleans(silo => silo.UseLocalhostClustering().AddLiveStash())' for a silo in this process, or "
                + "'builder.UseOrleansClient(client => client.UseLocalhostClustering())' to call silos elsewhere.");
}
