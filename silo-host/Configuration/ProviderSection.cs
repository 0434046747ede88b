using LiveStash;
using Npgsql;

namespace SiloHost.Configuration;

/// <summary>A section of <c>Orleans</c> that picks a provider, with what this host adds to Orleans' own reading of it.</summary>
internal sealed class ProviderSection(IConfiguration root, string kind, IConfigurationSection section)
{
    public const string AdoNet = nameof(AdoNet);
    public const string Redis = nameof(Redis);

    /// <summary>LiveStash's own storage. It is the same database as with <see cref="AdoNet"/>, or may be.</summary>
    public const string PostgreSql = nameof(PostgreSql);

    /// <summary>The providers for one machine, or for as long as the processes live.</summary>
    public const string Development = nameof(Development);
    public const string Memory = nameof(Memory);

    /// <summary>The schema in PostgreSQL, unless the connection string has a search path.</summary>
    public const string Schema = "livestash";

    /// <summary>The connection string of every provider that names none.</summary>
    private const string DefaultConnectionName = "Orleans";

    /// <summary>The only driver in this program.</summary>
    private const string Invariant = "Npgsql";

    /// <summary><c>Clustering</c>, <c>Reminders</c>, <c>GrainStorage</c> or <c>GrainDirectory</c>.</summary>
    public string Kind => kind;

    public string Path => section.Path;

    public string Type => section["ProviderType"] ?? "";

    public bool IsServer => Type is AdoNet or Redis or PostgreSql;

    public IEnumerable<IConfigurationSection> Settings => section.GetChildren();

    public string? PrimarySilo => section["PrimarySiloEndPoint"];

    /// <summary>The setting that has the connection string.</summary>
    public string ConnectionKey => section["ConnectionString"] is { Length: > 0 } ? $"{Path}:ConnectionString" : $"ConnectionStrings:{ConnectionName}";

    public string ConnectionString => section["ConnectionString"] is { Length: > 0 } text ? text : root.GetConnectionString(ConnectionName) ?? "";

    // Aspire writes the name of the connection as a service key, for a host with a connection of that key.
    private string ConnectionName =>
        new[] { section["ConnectionName"], section["ServiceKey"] }.FirstOrDefault(static name => !string.IsNullOrEmpty(name)) ?? DefaultConnectionName;

    public static IEnumerable<ProviderSection> All(IConfiguration root)
    {
        var orleans = root.GetSection("Orleans");
        return
        [
            new(root, "Clustering", orleans.GetSection("Clustering")),
            new(root, "Reminders", orleans.GetSection("Reminders")),
            .. new[] { "GrainStorage", "GrainDirectory" }
                .SelectMany(kind => orleans.GetSection(kind).GetChildren().Select(section => new ProviderSection(root, kind, section))),
        ];
    }

    /// <summary>What to put over the settings, so that Orleans' providers find all that they need.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Complete(IConfiguration root) =>
        All(root).Where(static provider => provider.IsServer).SelectMany(static provider => provider.Complete());

    /// <summary>What is wrong with a connection string, to follow its key; <see langword="null"/> if nothing is. Names no part of it: there is a password in it.</summary>
    public string? CheckConnection() => Type switch
    {
        _ when ConnectionString.Length == 0 => $"is not set, and {Path} is {Type}; set it, for example to "
            + (Type == Redis ? "127.0.0.1:6379." : "Host=db;Username=stash;Password=...;Database=stash."),
        AdoNet or PostgreSql => TryParse(ConnectionString) switch
        {
            null => "is not a connection string of Npgsql; write it as Host=...;Username=...;Password=...;Database=...",
            { Host: not { Length: > 0 } } => "names no Host; add it.",
            _ => null,
        },
        Redis => RedisCheck.TryParse(ConnectionString) is { EndPoints.Count: > 0 } ? null : "is not a connection string of StackExchange.Redis; write it as host:port,password=...",
        _ => null,
    };

    private IEnumerable<KeyValuePair<string, string?>> Complete()
    {
        yield return new($"{Path}:ServiceKey", null);
        yield return new($"{Path}:ConnectionString", WithSchema());
        if (Type == AdoNet && string.IsNullOrEmpty(section["Invariant"]))
        {
            yield return new($"{Path}:Invariant", Invariant);
        }
        else if (Type == PostgreSql)
        {
            // Tables are made by --apply-schema alone, as Orleans' are.
            yield return new($"{Path}:CreateSchema", "false");
        }
    }

    private string WithSchema()
    {
        if (Type is not (AdoNet or PostgreSql) || TryParse(ConnectionString) is not { } builder || builder.SearchPath is { Length: > 0 })
        {
            return ConnectionString;
        }

        builder.SearchPath = Schema;
        return builder.ConnectionString;
    }

    private static NpgsqlConnectionStringBuilder? TryParse(string text)
    {
        try
        {
            return new(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException)
        {
            return null;
        }
    }
}
