using System.Net;
using LiveStash;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace SiloHost.Configuration;

/// <summary>
/// Finds what Orleans and the configuration binder do not say or say one at a time: unknown settings, texts that are no values,
/// providers and connections that are not there. What is said of values themselves is in the validators of the options.
/// </summary>
internal static class SettingsCheck
{
    private const string LiveStashSection = "LiveStash";

    private static readonly string[] OrleansKeys =
    [
        "Name", "ClusterId", "ServiceId", "Endpoints", "Messaging", "Gateway", "EnableDistributedTracing", StashSilo.MembershipSection,
        "Clustering", "Reminders", "GrainStorage", "GrainDirectory", "Streaming", "BroadcastChannel",
    ];

    private static readonly string[] ProviderKeys =
        ["ProviderType", "ConnectionString", "ConnectionName", "ServiceKey", "SerializerKey", "Invariant", "PrimarySiloEndPoint", "Gateways", "NumStorageGrains"];

    /// <summary>One for each error; empty when the settings can be used.</summary>
    /// <param name="root">All settings.</param>
    /// <param name="options">What the section <c>LiveStash</c> is bound to.</param>
    public static IEnumerable<SettingError> Find(IConfiguration root, params Type[] options)
    {
        var orleans = root.GetSection("Orleans");
        return
        [
            .. FindUnknown(orleans, OrleansKeys),
            .. FindMisfits(orleans.GetSection("Endpoints"), typeof(EndpointOptions)),
            .. FindMisfits(orleans.GetSection(StashSilo.MembershipSection), typeof(ClusterMembershipOptions)),
            .. FindMisfits(root.GetSection(LiveStashSection), options),
            .. FindMisfits(root.GetSection("HostOptions"), typeof(HostOptions)),
            .. ProviderSection.All(root).SelectMany(FindErrors).DistinctBy(static error => error.Key),
            .. FindConflicts(root, orleans.GetSection("Endpoints")),
            .. new TlsSection(root).FindErrors(),
            .. FindUnknown(root.GetSection("Dashboard"), ["Enabled"]),
            .. root["Dashboard:Enabled"] is { Length: > 0 } enabled && !bool.TryParse(enabled, out _) ? [new("Dashboard:Enabled", $"is '{enabled}'; set true or false.", "false")] : Array.Empty<SettingError>(),
        ];
    }

    /// <summary>Settings of a section by names that it does not have.</summary>
    public static IEnumerable<SettingError> FindUnknown(IConfigurationSection section, IReadOnlyCollection<string> known) =>
        FindUnknown(section.GetChildren(), known);

    /// <summary>What can be used but is seldom meant.</summary>
    public static IEnumerable<string> FindWarnings(IConfiguration root, StashDurability durability)
    {
        var providers = ProviderSection.All(root).ToLookup(static provider => provider.Kind, static provider => provider.Type);
        if (providers["Clustering"].Contains(ProviderSection.Development))
        {
            yield return "Orleans:Clustering is Development: the cluster ends with the silo that was started first. For development only.";
        }

        if (durability == StashDurability.Memory)
        {
            yield break;
        }

        if (providers["GrainStorage"].Contains(ProviderSection.Memory))
        {
            yield return $"{LiveStashSection}:DefaultDurability is {durability}, but Orleans:GrainStorage:LiveStash is Memory: what is stored dies with the silos. For development only.";
        }
        else if (providers["Reminders"].Contains(ProviderSection.Memory))
        {
            yield return "Orleans:Reminders is Memory: after a restart of all silos, stashes that expire stay stored until they are opened. For development only.";
        }
    }

    private static IEnumerable<SettingError> FindUnknown(IEnumerable<IConfigurationSection> settings, IReadOnlyCollection<string> known) => settings
        .Where(setting => !known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
        .Select(setting => new SettingError(setting.Path, $"is not a setting; there are {string.Join(", ", known)}."));

    private static IEnumerable<SettingError> FindErrors(ProviderSection provider)
    {
        var types = provider.Kind switch
        {
            "Clustering" => new[] { ProviderSection.Development, ProviderSection.AdoNet, ProviderSection.Redis },
            "GrainDirectory" => [ProviderSection.Redis],
            "GrainStorage" => [ProviderSection.Memory, ProviderSection.PostgreSql, ProviderSection.AdoNet, ProviderSection.Redis],
            _ => [ProviderSection.Memory, ProviderSection.AdoNet, ProviderSection.Redis],
        };
        if (provider.Settings.Any() && !types.Contains(provider.Type))
        {
            yield return new($"{provider.Path}:ProviderType", $"is '{provider.Type}'; set one of {string.Join(", ", types)}.", types[0]);
        }
        else if (provider.IsServer && provider.CheckConnection() is { } problem)
        {
            yield return new(provider.ConnectionKey, problem, provider.Type == ProviderSection.Redis ? "127.0.0.1" : "Host=127.0.0.1");
        }

        if (provider.PrimarySilo is { Length: > 0 } primary && !IPEndPoint.TryParse(primary, out _))
        {
            yield return new($"{provider.Path}:PrimarySiloEndPoint", $"is '{primary}'; set an address and a port such as 127.0.0.1:11111.");
        }

        foreach (var unknown in FindUnknown(provider.Settings, ProviderKeys))
        {
            yield return unknown;
        }
    }

    private static IEnumerable<SettingError> FindMisfits(IConfigurationSection section, params Type[] options)
    {
        var properties = options.SelectMany(static type => type.GetProperties()).ToLookup(static property => property.Name, StringComparer.OrdinalIgnoreCase);
        var known = properties.Select(static property => property.Key).ToArray();
        return
        [
            .. FindUnknown(section, known),
            .. from setting in section.GetChildren()
               where properties.Contains(setting.Key) && setting.Value is { Length: > 0 }
               let needed = NeededFor(properties[setting.Key].First().PropertyType, setting.Key, setting.Value!)
               where needed is not null
               select new SettingError(setting.Path, $"is '{setting.Value}'; set {needed}."),
        ];
    }

    /// <summary>What to write instead; <see langword="null"/> where the text is a value of the type.</summary>
    private static string? NeededFor(Type declared, string name, string text)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var (fits, needed) = type switch
        {
            { IsEnum: true } => (Enum.TryParse(type, text, ignoreCase: true, out _), $"one of {string.Join(", ", Enum.GetNames(type))}"),
            _ when type == typeof(int) && name.EndsWith("Port", StringComparison.OrdinalIgnoreCase) => (ushort.TryParse(text, out var port) && port > 0, "a port from 1 to 65535"),
            _ when type == typeof(int) => (int.TryParse(text, out _), "a whole number"),
            _ when type == typeof(bool) => (bool.TryParse(text, out _), "true or false"),

            // A number alone is a number of days.
            _ when type == typeof(TimeSpan) => (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, out _), "a time as hh:mm:ss, for example 00:00:01.5"),
            _ when type == typeof(IPAddress) => (IPAddress.TryParse(text, out _), "an IP address such as 10.0.0.7"),
            _ when type == typeof(IPEndPoint) => (IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0, "an address and a port such as 0.0.0.0:11111"),
            _ when type == typeof(PlacementStrategy) => (StashSilo.Placements.ContainsKey(text), $"one of {string.Join(", ", StashSilo.Placements.Keys)}"),
            _ => (true, ""),
        };
        return fits ? null : needed;
    }

    private static IEnumerable<SettingError> FindConflicts(IConfiguration root, IConfigurationSection endpoints)
    {
        var port = endpoints.GetValue<string>("SiloPort");
        if (port is { Length: > 0 } && port == endpoints["GatewayPort"])
        {
            yield return new($"{endpoints.Path}:GatewayPort", $"is {port}, as SiloPort is; set another.");
        }

        foreach (var url in (root["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!IsBindingAddress(url))
            {
                yield return new("urls", $"has '{url}'; set an address such as http://127.0.0.1:8080.", "http://127.0.0.1:0");
            }
        }
    }

    private static bool IsBindingAddress(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Port >= 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
