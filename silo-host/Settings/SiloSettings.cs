using System.Globalization;
using System.Net;
using LiveStash;
using Orleans.Hosting;

namespace SiloHost.Settings;

/// <summary>Every setting of the host. What is not in here is not read, and is an error in a section that has some of them.</summary>
internal static class SiloSettings
{
    public static readonly SettingOf<ClusteringKind> Clustering = Choice(
        "Cluster:Clustering", ClusteringKind.Localhost, "Where the silos find each other. Localhost: one machine, for development. AdoNet: a table in PostgreSQL.");

    public static readonly SettingOf<string> ClusterId = Text(
        "Cluster:ClusterId", "livestash", "Silos and clients with the same id form one cluster. A new id for a new deployment keeps it apart from the old one.");

    public static readonly SettingOf<string> ServiceId = Text(
        "Cluster:ServiceId", "livestash", "Names the stored stashes and their reminders. Has to stay the same, or what is stored is not found again.");

    public static readonly SettingOf<string> ConnectionString = Text(
        "ConnectionStrings:Orleans", "", "The PostgreSQL database, for all that is set to AdoNet. As in Host=db;Username=stash;Password=...;Database=stash", "Npgsql connection string");

    public static readonly SettingOf<int> Port = TcpPort("Silo:Port", 11111, "On which silos call each other.");

    public static readonly SettingOf<int> GatewayPort = TcpPort("Silo:GatewayPort", 30000, "On which clients call, that is web servers.");

    public static readonly SettingOf<int> PrimaryPort = Number(
        "Silo:PrimaryPort", 0, 0, ushort.MaxValue, "port", "With Localhost clustering: Silo:Port of the silo that keeps the list of silos. 0: this one.");

    public static readonly SettingOf<string> Address = IpAddress(
        "Silo:Address", "127.0.0.1", "The address under which the others reach this silo. Other than loopback needs AdoNet clustering.");

    public static readonly SettingOf<string> ListenAddress = IpAddress(
        "Silo:ListenAddress", "", "The address to listen on; none: Silo:Address. 0.0.0.0 is every network the machine has.");

    public static readonly SettingOf<string> Name = Text("Silo:Name", "", "A name for logs and for the table of silos; none: made up.");

    public static readonly SettingOf<StorageKind> Storage = Choice(
        "Storage:Provider", StorageKind.Memory, "Where durable stashes are stored. Memory: on the silos themselves, for development: it dies with them.");

    public static readonly SettingOf<ReminderKind> Reminders = Choice(
        "Reminders:Provider", ReminderKind.InMemory, "Where the reminders are that delete expired stashes from the storage. InMemory is for development.");

    public static readonly SettingOf<bool> ApplySchema = Switch(
        "Schema:ApplyAtStart", false, "Makes or updates the tables in PostgreSQL before the silo starts, as --apply-schema does. Several silos may do it at once.");

    public static readonly SettingOf<TimeSpan> ProbeTimeout = Time(
        "Membership:ProbeTimeout", "00:00:01", "00:00:01", "00:01:00",
        "How long silos wait for each other's answer to a probe. 1 s has a frozen silo replaced in about 14 s; with 5 s it takes over a minute. Less declares live silos dead under load.");

    public static readonly SettingOf<int> MissedProbes = Number(
        "Membership:MissedProbes", 3, 2, 100, "probes", "After how many missed probes in a row a silo votes that another is dead.");

    public static readonly SettingOf<int> Votes = Number(
        "Membership:Votes", 2, 2, 10, "silos", "How many votes make a silo dead. In a cluster of two, one is enough.");

    public static readonly SettingOf<TimeSpan> TableRefresh = Time(
        "Membership:TableRefresh", "00:00:10", "00:00:01", "00:10:00", "How often a silo reads the table of silos, besides what others tell it.");

    public static readonly SettingOf<StashDurability> Durability = Choice(
        "LiveStash:Durability", StashDurability.Memory,
        "What a saved answer promises where the web server asks for nothing else. Memory: outlives restarts of silos one after the other, not the death of its silo. "
        + "WriteBehind: also that, but for the last LiveStash:FlushInterval. WriteThrough: also that, without loss.");

    public static readonly SettingOf<int> MaxStashBytes = Number(
        "LiveStash:MaxStashBytes", StashGrainOptions.DefaultMaxStashBytes, 1024, 64 * 1024 * 1024, "bytes", "The largest stash of one tab. A larger one is refused.");

    public static readonly SettingOf<int> MaxStashEntries = Number(
        "LiveStash:MaxStashEntries", StashGrainOptions.DefaultMaxStashEntries, 1, 1_000_000, "entries", "The most entries (saved properties) of one tab.");

    public static readonly SettingOf<TimeSpan> FlushInterval = Time(
        "LiveStash:FlushInterval", StashGrainOptions.DefaultFlushInterval.ToString(), "00:00:00.010", "00:01:00", "With WriteBehind: how long after a write the stash is stored.");

    public static readonly SettingOf<TimeSpan> StorageTimeout = Time(
        "LiveStash:StorageTimeout", "00:00:01.500", "00:00:00.050", "00:01:00",
        "How long one storage operation may take. Keep it below LiveStash:EngineTimeout of the web servers (2 s).");

    public static readonly SettingOf<PlacementKind> Placement = Choice(
        "LiveStash:Placement", PlacementKind.PreferLocal, "Which silo takes a new stash. PreferLocal: the one the web server is connected to for it. ActivationCount: one of those with the fewest.");

    public static readonly SettingOf<int> MaxMigrationBytes = Number(
        "LiveStash:MaxMigrationBytes", StashGrainOptions.DefaultMaxMigrationBytes, 1024, 1024 * 1024 * 1024, "bytes",
        "How much is on its way to other silos at once while this one shuts down.");

    public static readonly SettingOf<TimeSpan> ShutdownTimeout = Time(
        "Shutdown:Timeout", "00:01:00", "00:00:05", "00:30:00",
        "How long the silo may take to hand its stashes to the others after SIGTERM. Give it less than the orchestrator gives the process.");

    public static readonly SettingOf<string> Urls = Text(
        "urls", "http://127.0.0.1:8080", "Where the health endpoints listen: /health/live and /health/ready.", "addresses, separated by semicolons");

    public static readonly SettingOf<LogFormat> LogFormatting = Choice(
        "Logging:Format", LogFormat.Text, "Json: one object a line on the console, with UTC time, scopes and fields.");

    /// <summary>In the order in which <c>--help</c> prints them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Clustering, ClusterId, ServiceId, ConnectionString,
        Port, GatewayPort, PrimaryPort, Address, ListenAddress, Name,
        Storage, Reminders, ApplySchema,
        ProbeTimeout, MissedProbes, Votes, TableRefresh,
        Durability, MaxStashBytes, MaxStashEntries, FlushInterval, StorageTimeout, Placement, MaxMigrationBytes,
        ShutdownTimeout, Urls, LogFormatting,
    ];

    private static SettingOf<string> Text(string key, string defaultValue, string description, string unit = "text") =>
        new(key, unit, description, defaultValue, static text => (text, null));

    private static SettingOf<string> IpAddress(string key, string defaultValue, string description) =>
        new(key, "IP address", description, defaultValue, static text =>
            (text, IPAddress.TryParse(text, out _) ? null : "set an IP address such as 10.0.0.7."));

    private static SettingOf<bool> Switch(string key, bool defaultValue, string description) =>
        new(key, "true or false", description, defaultValue, static text =>
            bool.TryParse(text, out var value) ? (value, null) : (false, "set true or false."));

    private static SettingOf<T> Choice<T>(string key, T defaultValue, string description)
        where T : struct, Enum
    {
        var names = string.Join(", ", Enum.GetNames<T>());
        return new(key, names, description, defaultValue, text =>
            char.IsAsciiLetter(text[0]) && Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value)
                ? (value, null)
                : (default, $"set one of {names}."));
    }

    private static SettingOf<int> TcpPort(string key, int defaultValue, string description) =>
        Number(key, defaultValue, 1, ushort.MaxValue, "port", description);

    private static SettingOf<int> Number(string key, int defaultValue, int least, int most, string unit, string description) =>
        new(key, $"{unit}, {least} to {most}", description, defaultValue, text =>
            int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
                ? (value, null)
                : (0, $"set a number from {least} to {most}."));

    private static SettingOf<TimeSpan> Time(string key, string defaultValue, string least, string most, string description)
    {
        var (from, to) = (TimeSpan.Parse(least, CultureInfo.InvariantCulture), TimeSpan.Parse(most, CultureInfo.InvariantCulture));
        return new(key, $"hh:mm:ss, {from:g} to {to:g}", description, TimeSpan.Parse(defaultValue, CultureInfo.InvariantCulture), text =>
            text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= from && value <= to
                ? (value, null)
                : (default, $"set a time from {from:g} to {to:g} as hh:mm:ss, for example 00:00:01.5 for one and a half seconds."));
    }
}
