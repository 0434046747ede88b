using SiloHost.Configuration;

namespace SiloHost.Hosting;

/// <summary>Settings that this program alone refuses: in a process with other parts they may be theirs.</summary>
internal static class Arguments
{
    private static readonly string[] Sections =
        ["Orleans", "LiveStash", "ConnectionStrings", "Tls", "Dashboard", "HostOptions", "Logging", "Kestrel", "AllowedHosts", "urls", "environment", "contentRoot", "applicationName"];

    /// <summary>Sections of earlier versions: a silo that started without them would be another than the one that was meant.</summary>
    private static readonly string[] FormerSections = ["Cluster", "Silo", "Storage", "Reminders", "Schema", "Membership", "Shutdown"];

    /// <summary>What on the command line is no setting.</summary>
    public static IEnumerable<SettingError> Find(IEnumerable<string> args) => args
        .Where(static arg => !arg.StartsWith("--", StringComparison.Ordinal)
            || !arg.Contains('=', StringComparison.Ordinal)
            || !Sections.Concat(FormerSections).Contains(arg[2..].Split(':', '=')[0], StringComparer.OrdinalIgnoreCase))
        .Select(static arg => new SettingError(arg.Split('=')[0], "is not an argument of this program; write --Section:Key=value. --help prints all of them."));

    /// <summary>Settings by the names of earlier versions.</summary>
    public static IEnumerable<SettingError> FindFormer(IConfiguration root) => FormerSections
        .SelectMany(section => root.GetSection(section).AsEnumerable())
        .Where(static setting => setting.Value is not null)
        .Select(static setting => new SettingError(setting.Key, "is a setting of an earlier version; set what --help prints in the sections Orleans and LiveStash."));
}
