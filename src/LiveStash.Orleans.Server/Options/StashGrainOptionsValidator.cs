using LiveStash.Orleans.Server.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Hosting;

namespace LiveStash.Orleans.Server.Options;

internal sealed class StashGrainOptionsValidator(IServiceProviderIsKeyedService services) : IValidateOptions<StashGrainOptions>
{
    private static readonly TimeSpan MaxInterval = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, StashGrainOptions options)
    {
        var errors = new List<string>();
        if (options.MaxStashBytes < 1024)
        {
            errors.Add($"StashGrainOptions.MaxStashBytes is {options.MaxStashBytes}; set at least 1024.");
        }

        if (options.MaxStashEntries < 1)
        {
            errors.Add($"StashGrainOptions.MaxStashEntries is {options.MaxStashEntries}; set at least 1.");
        }

        if (options.FlushInterval <= TimeSpan.Zero || options.FlushInterval > MaxInterval)
        {
            errors.Add($"StashGrainOptions.FlushInterval is {options.FlushInterval}; set it above zero and to at most one minute: a dead silo loses that much.");
        }

        if (options.StorageTimeout <= TimeSpan.Zero || options.StorageTimeout > MaxInterval)
        {
            errors.Add($"StashGrainOptions.StorageTimeout is {options.StorageTimeout}; set it above zero and to at most one minute: a page waits for it.");
        }

        if (options.MaxMigrationBytes < 1024)
        {
            errors.Add($"StashGrainOptions.MaxMigrationBytes is {options.MaxMigrationBytes}; set at least 1024.");
        }

        if (options.Placement is not { IsUsingGrainDirectory: true })
        {
            errors.Add($"StashGrainOptions.Placement is {options.Placement?.GetType().Name ?? "null"}; set a strategy with one activation per grain, for example new PreferLocalPlacement().");
        }

        if (!Enum.IsDefined(options.DefaultDurability))
        {
            errors.Add($"StashGrainOptions.DefaultDurability is {options.DefaultDurability}; set one of {string.Join(", ", Enum.GetNames<StashDurability>())}.");
        }
        else if (options.DefaultDurability != StashDurability.Memory)
        {
            errors.AddRange(MissingParts(services).Select(part => $"StashGrainOptions.DefaultDurability is {options.DefaultDurability}: {part}"));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>What a silo lacks to keep durable stashes, each with the line to add.</summary>
    public static IEnumerable<string> MissingParts(IServiceProviderIsKeyedService services)
    {
        if (!services.IsKeyedService(typeof(global::Orleans.Storage.IGrainStorage), StashGrainOptions.StorageName))
        {
            yield return $"it needs a grain storage named '{StashGrainOptions.StorageName}'. Add 'siloBuilder.AddAdoNetGrainStorage(\"{StashGrainOptions.StorageName}\", options => ...)' "
                + $"(for development: 'siloBuilder.AddMemoryGrainStorage(\"{StashGrainOptions.StorageName}\")').";
        }

        if (!services.IsService(typeof(IReminderTable)))
        {
            yield return "it needs a reminder service to delete expired stashes. Add 'siloBuilder.UseAdoNetReminderService(options => ...)' "
                + "(for development: 'siloBuilder.UseInMemoryReminderService()').";
        }
    }
}
