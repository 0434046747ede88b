using Microsoft.Extensions.Options;
using Npgsql;
using SiloHost;
using SiloHost.Hosting;
using SiloHost.Schema;
using SiloHost.Settings;

if (args.Any(static arg => arg is "--help" or "-h" or "-?"))
{
    Console.Write(HelpText.Write());
    return ExitCode.Ok;
}

const string ApplySchemaFlag = "--apply-schema";
var isSchemaOnly = args.Contains(ApplySchemaFlag);
args = [.. args.Where(static arg => arg != ApplySchemaFlag)];
using var host = SiloHostBuilder.Build(args);
var settings = host.Services.GetRequiredService<IConfiguration>();
List<string> errors = [.. SettingsCheck.FindErrors(settings, args)];
if (isSchemaOnly && !SettingsCheck.UsesDatabase(settings) && SettingsCheck.CheckConnectionString(settings) is { } connectionError)
{
    errors.Add(connectionError);
}

try
{
    host.Services.GetService<IStartupValidator>()?.Validate();
}
catch (OptionsValidationException exception)
{
    errors.AddRange(exception.Failures);
}
catch (AggregateException exception)
{
    errors.AddRange(exception.InnerExceptions.SelectMany(static inner => inner is OptionsValidationException options ? options.Failures : [inner.Message]));
}

if (errors.Count > 0)
{
    Console.Error.WriteLine($"The settings have {errors.Count} error(s):");
    errors.ForEach(static error => Console.Error.WriteLine($"  {error}"));
    return ExitCode.BadSettings;
}

try
{
    var connectionString = SiloSettings.ConnectionString.Get(settings);
    if (isSchemaOnly)
    {
        await OrleansSchema.ApplyAsync(connectionString);
        Console.WriteLine("The database has the schema.");
        return ExitCode.Ok;
    }

    var log = host.Services.GetRequiredService<ILogger<StartupLog>>();
    if (SettingsCheck.UsesDatabase(settings))
    {
        if (SiloSettings.ApplySchema.Get(settings))
        {
            await OrleansSchema.ApplyAsync(connectionString);
            StartupLog.SchemaApplied(log);
        }
        else if (await OrleansSchema.FindMissingAsync(connectionString) is { Count: > 0 } missing)
        {
            Console.Error.WriteLine(
                $"The database does not have the schema that Orleans needs: {missing.Count} statement(s) are missing, {missing[0]} for one. "
                + $"Run 'silo-host {ApplySchemaFlag}' once, or set Schema:ApplyAtStart to true.");
            return ExitCode.Failed;
        }
    }

    foreach (var warning in SettingsCheck.FindWarnings(settings))
    {
        StartupLog.Warning(log, warning);
    }

    StartupLog.Starting(
        log, SiloSettings.Clustering.Get(settings), SiloSettings.ClusterId.Get(settings), SiloSettings.Durability.Get(settings),
        SiloSettings.Storage.Get(settings), SiloSettings.Reminders.Get(settings));
}
catch (NpgsqlException exception)
{
    // Npgsql's message names host and user, never the password.
    Console.Error.WriteLine($"The database of {SiloSettings.ConnectionString.Key} cannot be used: {exception.Message}");
    return ExitCode.Failed;
}

await host.RunAsync();
return ExitCode.Ok;
