using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LiveStash.Orleans.Options;

internal sealed class OrleansDistributedCacheValidator(IServiceProviderIsService services) : IValidateOptions<OrleansDistributedCacheOptions>
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, OrleansDistributedCacheOptions options)
    {
        var errors = new List<string>();
        if (options.InstanceName is null)
        {
            errors.Add("OrleansDistributedCacheOptions.InstanceName is null; set a name, or leave it empty.");
        }

        if (options.Durability is { } durability && !Enum.IsDefined(durability))
        {
            errors.Add($"OrleansDistributedCacheOptions.Durability is {durability}; set null or one of {string.Join(", ", Enum.GetNames<StashDurability>())}.");
        }

        if (options.DefaultSlidingExpiration <= TimeSpan.Zero || options.DefaultSlidingExpiration > StashTerms.MaxTimeToLive)
        {
            errors.Add(
                $"OrleansDistributedCacheOptions.DefaultSlidingExpiration is {options.DefaultSlidingExpiration}; set it above zero and to at most {StashTerms.MaxTimeToLive.TotalDays:0} days.");
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > MaxTimeout)
        {
            errors.Add($"OrleansDistributedCacheOptions.Timeout is {options.Timeout}; set it above zero and to at most one minute: a request waits for it.");
        }

        if (!services.IsService(typeof(IGrainFactory)))
        {
            errors.Add(
                "AddOrleansDistributedCache() needs Orleans on this host, and there is none. Add either "
                + "'builder.UseOrleans(silo => silo.UseLocalhostClustering().AddLiveStash())' for a silo in this process, or "
                + "'builder.UseOrleansClient(client => client.UseLocalhostClustering())' to call silos elsewhere.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
