using System.Text.Json.Nodes;

namespace LiveStash.Testing;

/// <summary>
/// A browser tab: its sessionStorage and what the library's script answers from it. Circuits that share one are reloads of the
/// tab; each has a <see cref="FakePage"/> of its own.
/// </summary>
internal sealed class FakeBrowser
{
    private const string TagPrefix = "livestash:tag:";
    private const string StatePrefix = "livestash:state:";
    private const string OwnerPrefix = "livestash:owner:";

    public Dictionary<string, string> Storage { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>The next circuit comes back from a loss of the one before. Until a circuit has started, as in the script.</summary>
    public bool Lost { get; set; }

    /// <summary>The tag of the circuit that has started last.</summary>
    public string? Own { get; private set; }

    /// <summary>The same of the present document, which knows none before.</summary>
    private string? Known { get; set; }

    /// <summary>Whether it is known whose the circuit is.</summary>
    public bool IsOwnerKnown { get; set; } = true;

    /// <summary>How many circuits the server says that it has.</summary>
    public int? Fleet { get; set; }

    /// <summary>What of an earlier loss no page has taken yet, of the newest tag.</summary>
    public string? Owed => Kept().FirstOrDefault()?.Split('~') is [_, var owed] ? owed : null;

    /// <summary>How many circuits in a row ended with an exception before their page was used.</summary>
    public int Failures { get; set; }

    /// <summary>The next circuit's page finds its tab's lock taken. Until a circuit has started.</summary>
    public bool IsDuplicate { get; set; }

    /// <summary>How many characters fit into the storage.</summary>
    public int Quota { get; set; } = 5 * 1024 * 1024;

    /// <summary>The newest tag.</summary>
    public string? Tag(string engine = "memory") => Tags(engine).FirstOrDefault();

    public string[] Tags(string engine = "memory") => [.. Kept(engine).Select(TagIn)];

    /// <summary>The tags with what is owed of each.</summary>
    public string[] Kept(string engine = "memory") => Storage.GetValueOrDefault(TagPrefix + engine)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    public void PutTag(string? tag, string engine = "memory")
    {
        if (tag is null)
        {
            Storage.Remove(TagPrefix + engine);
        }
        else
        {
            Storage[TagPrefix + engine] = tag;
        }
    }

    /// <summary>The keys of what a browser memory engine or a fallback keeps here.</summary>
    public string[] StateKeys => [.. Storage.Keys.Where(key => key.StartsWith(StatePrefix, StringComparison.Ordinal))];

    /// <summary>What "duplicate tab" makes.</summary>
    /// <param name="isNoticed">Whether the browser has Web Locks.</param>
    public FakeBrowser Duplicate(bool isNoticed = true) => new()
    {
        Storage = new(Storage, StringComparer.Ordinal),
        IsDuplicate = isNoticed,
    };

    public JsonNode Greet(string engine)
    {
        Known = null;
        if (Lost)
        {
            Change(engine, kept => TagIn(kept) == Own ? Own + "~*" : kept);
        }

        var tags = Kept(engine);
        JsonNode[] fitting = [.. tags.Where(static kept => TagIn(kept).Length <= 512).Select(static kept => JsonValue.Create(kept))];
        return new JsonObject
        {
            ["tags"] = new JsonArray(fitting),
            ["tagTooLong"] = fitting.Length < tags.Length,
            ["lost"] = Lost,
            ["duplicate"] = IsDuplicate,
            ["failures"] = Failures,
        };
    }

    public bool SetTag(string engine, string tag, string[] formers)
    {
        Own = Known = tag;
        foreach (var owner in Storage.Where(pair => pair.Key.StartsWith($"{OwnerPrefix}{engine}:", StringComparison.Ordinal) && formers.Contains(pair.Value)).ToArray())
        {
            Storage[owner.Key] = tag;
        }

        bool IsOwn(string kept) => TagIn(kept) == tag || formers.Contains(TagIn(kept));
        var own = Kept(engine).FirstOrDefault(IsOwn);
        return TrySet(TagPrefix + engine, string.Join(' ', Kept(engine).Where(kept => !IsOwn(kept)).Prepend(tag + own?[TagIn(own).Length..]).Take(3)));
    }

    public void Start(string engine, string? tag, string? outdated, string owed, string? left = null)
    {
        Own = Known = tag;
        Change(engine, kept => TagIn(kept) == outdated ? "" : TagIn(kept) == left ? left + "~*" : kept);
        (Lost, IsDuplicate) = (false, false);
        Owe(engine, owed);
    }

    public void Owe(string engine, string owed) => Change(engine, kept => TagIn(kept) == Own ? owed.Length > 0 ? $"{Own}~{owed}" : Own! : kept);

    public string SaveState(string engine, string stamp, long epoch, string token)
    {
        var key = StateKey(engine, stamp);
        if (Storage.TryGetValue(key, out var kept) && long.Parse(kept.Split('.', 2)[0]) > epoch)
        {
            return "superseded";
        }

        if (!TrySet(key, $"{epoch}.{token}"))
        {
            return "full";
        }

        var tags = Tags(engine).Where(tag => tag != Known).ToArray();
        if (tags.Contains(Storage.GetValueOrDefault(OwnerKey(engine, stamp))))
        {
            return "saved";
        }

        if (Known is not null)
        {
            _ = TrySet(OwnerKey(engine, stamp), Known);
        }

        foreach (var other in StateKeys.Where(other => other.StartsWith(StateKey(engine, ""), StringComparison.Ordinal) && other != key).Select(other => other[StateKey(engine, "").Length..]))
        {
            if (!tags.Contains(Storage.GetValueOrDefault(OwnerKey(engine, other))))
            {
                ClearState(engine, other);
            }
        }

        return "saved";
    }

    public string? TokenOf(string engine, string stamp) => Storage.GetValueOrDefault(StateKey(engine, stamp))?.Split('.', 2)[1];

    public void ClearState(string engine, string stamp)
    {
        Storage.Remove(StateKey(engine, stamp));
        Storage.Remove(OwnerKey(engine, stamp));
    }

    private static string TagIn(string kept) => kept.Split('~')[0];

    private void Change(string engine, Func<string, string> change) =>
        Storage[TagPrefix + engine] = string.Join(' ', Kept(engine).Select(change).Where(static kept => kept.Length > 0));

    private static string StateKey(string engine, string stamp) => $"{StatePrefix}{engine}:{stamp}";

    private static string OwnerKey(string engine, string stamp) => $"{OwnerPrefix}{engine}:{stamp}";

    private bool TrySet(string key, string value)
    {
        var used = Storage.Where(pair => pair.Key != key).Sum(pair => pair.Key.Length + pair.Value.Length);
        if (used + key.Length + value.Length > Quota)
        {
            return false;
        }

        Storage[key] = value;
        return true;
    }
}
