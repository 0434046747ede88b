using System.Net;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace SiloHost.Settings;

/// <summary>Finds what is wrong with the settings, all of it at once.</summary>
internal static class SettingsCheck
{
    /// <summary>Sections of .NET itself, whose settings are many and not ours to know.</summary>
    private static readonly string[] ForeignSections = ["Logging", "Kestrel", "AllowedHosts", "environment", "contentRoot", "applicationName"];

    /// <summary>One sentence for each error, with what to do; empty when the settings can be used.</summary>
    public static IReadOnlyList<string> FindErrors(IConfiguration configuration, IEnumerable<string> args) =>
    [
        .. FindUnknownArguments(args),
        .. FindUnknownSettings(configuration),
        .. SiloSettings.All.Select(setting => setting.Check(configuration)).OfType<string>(),
        .. FindConflicts(configuration),
    ];

    /// <summary>What can be used but is seldom meant.</summary>
    public static IEnumerable<string> FindWarnings(IConfiguration configuration)
    {
        var durability = SiloSettings.Durability.Get(configuration);
        if (durability == LiveStash.StashDurability.Memory)
        {
            yield break;
        }

        if (SiloSettings.Storage.Get(configuration) == StorageKind.Memory)
        {
            yield return $"LiveStash:Durability is {durability}, but Storage:Provider is Memory: what is stored dies with the silos. For development only.";
        }
        else if (SiloSettings.Reminders.Get(configuration) == ReminderKind.InMemory)
        {
            yield return "Storage:Provider is AdoNet, but Reminders:Provider is InMemory: after a restart of all silos, stashes that expire stay in the database until they are opened.";
        }
    }

    /// <summary>Whether anything is kept in the database.</summary>
    public static bool UsesDatabase(IConfiguration configuration) =>
        SiloSettings.Clustering.Get(configuration) == ClusteringKind.AdoNet
        || SiloSettings.Storage.Get(configuration) == StorageKind.AdoNet
        || SiloSettings.Reminders.Get(configuration) == ReminderKind.AdoNet;

    /// <summary>What is wrong with the connection string; <see langword="null"/> if nothing is. Names no part of it: there is a password in it.</summary>
    public static string? CheckConnectionString(IConfiguration configuration)
    {
        var key = SiloSettings.ConnectionString.Key;
        var text = SiloSettings.ConnectionString.Get(configuration);
        if (text.Length == 0)
        {
            return $"{key} is not set; set it to the database, for example Host=db;Username=stash;Password=...;Database=stash.";
        }

        try
        {
            return new NpgsqlConnectionStringBuilder(text).Host is { Length: > 0 } ? null : $"{key} names no Host; add it.";
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            return $"{key} is not a connection string of Npgsql; write it as Host=...;Username=...;Password=...;Database=...";
        }
    }

    private static IEnumerable<string> FindConflicts(IConfiguration configuration)
    {
        if (UsesDatabase(configuration) && CheckConnectionString(configuration) is { } error)
        {
            yield return error;
        }

        var port = SiloSettings.Port.Get(configuration);
        if (port == SiloSettings.GatewayPort.Get(configuration))
        {
            yield return $"Silo:Port and Silo:GatewayPort are both {port}; set two different ports.";
        }

        var address = SiloSettings.Address.Get(configuration);
        if (SiloSettings.Clustering.Get(configuration) == ClusteringKind.Localhost && !IPAddress.IsLoopback(IPAddress.Parse(address)))
        {
            yield return $"Silo:Address is {address}, but Cluster:Clustering is Localhost, which is one machine; set Cluster:Clustering to AdoNet.";
        }

        foreach (var url in SiloSettings.Urls.Get(configuration).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IsBindingAddress(url))
            {
                yield return $"urls has '{url}'; set an address such as http://127.0.0.1:8080.";
            }
        }
    }

    private static bool IsBindingAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Port > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static IEnumerable<string> FindUnknownArguments(IEnumerable<string> args)
    {
        var isValue = false;
        foreach (var arg in args)
        {
            if (isValue)
            {
                isValue = false;
                continue;
            }

            var key = arg.Split('=')[0];
            isValue = key.Length == arg.Length;
            if (!key.StartsWith("--", StringComparison.Ordinal) || !IsKnown(key[2..]))
            {
                yield return $"'{key}' is not an argument of this program; --help prints all of them.";
            }
        }
    }

    private static IEnumerable<string> FindUnknownSettings(IConfiguration configuration) =>
        SiloSettings.All
            .Where(setting => setting.Key.Contains(':', StringComparison.Ordinal))
            .Select(setting => setting.Key.Split(':')[0])
            .Where(section => section != "ConnectionStrings")
            .Distinct()
            .Except(ForeignSections)
            .SelectMany(section => configuration.GetSection(section).AsEnumerable())
            .Where(pair => pair.Value is not null && !IsKnown(pair.Key))
            .Select(pair => $"{pair.Key} is not a setting of this program; --help prints all of them.");

    private static bool IsKnown(string key) =>
        SiloSettings.All.Any(setting => string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase))
        || ForeignSections.Contains(key.Split(':')[0], StringComparer.OrdinalIgnoreCase);
}
