using LiveStash;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using SiloHost.Configuration;

namespace SiloHost.Hosting;

/// <summary>What the program does: checks everything, then starts the silo.</summary>
internal static class HostCommand
{
    /// <param name="args">Settings.</param>
    /// <param name="isSchemaOnly">Whether to apply the schema and start nothing.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, bool isSchemaOnly)
    {
        List<string> errors = [];
        using var host = SiloHostBuilder.Build(args, errors);
        if (errors.Count > 0)
        {
            Console.Error.WriteLine($"The settings have {errors.Count} error(s):");
            errors.ForEach(static error => Console.Error.WriteLine($"  {error}"));
            return ExitCode.BadSettings;
        }

        var settings = host.Services.GetRequiredService<IConfiguration>();
        try
        {
            if (isSchemaOnly)
            {
                return await ApplySchemaAsync(settings);
            }

            await StoreCheck.CheckAsync(settings);
        }
        catch (StoreException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return exception.IsLasting ? ExitCode.BadSettings : ExitCode.Failed;
        }

        return await RunAsync(host, settings);
    }

    private static async Task<int> ApplySchemaAsync(IConfiguration settings)
    {
        if (await StoreCheck.ApplySchemaAsync(settings) > 0)
        {
            Console.WriteLine("The database has the schema.");
            return ExitCode.Ok;
        }

        Console.Error.WriteLine("There is no database to apply the schema to: no ProviderType in the section Orleans is AdoNet or PostgreSql.");
        return ExitCode.BadSettings;
    }

    private static async Task<int> RunAsync(IHost host, IConfiguration settings)
    {
        var log = host.Services.GetRequiredService<ILogger<StartupLog>>();
        var durability = host.Services.GetRequiredService<IOptions<StashGrainOptions>>().Value.DefaultDurability;
        foreach (var warning in SettingsCheck.FindWarnings(settings, durability))
        {
            StartupLog.Warning(log, warning);
        }

        StartupLog.Starting(
            log, settings["Orleans:ClusterId"] ?? "", durability, string.Join(", ", ProviderSection.All(settings).Select(static provider => $"{provider.Path} {provider.Type}")));
        try
        {
            await host.StartAsync();
        }
        catch (Exception exception)
        {
            Console.Error.WriteLine($"The silo did not start: {exception.GetBaseException().Message}");
            return ExitCode.Failed;
        }

        await host.WaitForShutdownAsync();
        return ExitCode.Ok;
    }
}
