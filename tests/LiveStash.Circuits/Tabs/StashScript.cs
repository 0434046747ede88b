using System.Text.Json;

namespace LiveStash.Circuits.Tabs;

/// <summary>
/// What LiveStash's script answers its server, from the memory of one tab: tags, the note of a loss, and copies of the state. It
/// stands for <c>src/LiveStash.Blazor/Scripts/calls.js</c>; what the script does by itself (noticing, typed text, the notice) is not here.
/// </summary>
internal sealed class StashScript
{
    private const int MaxTags = 3;

    private readonly Dictionary<string, List<string>> _tags = [];
    private readonly Dictionary<string, string> _states = [];
    private string? _ownTag;
    private int _askedAt;
    private int _raised;
    private bool _hasBegun;

    /// <summary>Whether the circuit before was lost, and no later one has said that it knows.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether the server holds the page, since its engine does not answer.</summary>
    public bool IsHeld
    {
        get;
        private set
        {
            if (field != value)
            {
                field = value;
                HeldChanged?.Invoke();
            }
        }
    }

    /// <summary>
    /// Since when what is on its way to the server is newer than what is rendered: by the number of the last event before; zero for
    /// all that is, <see langword="null"/> while nothing is rendered late.
    /// </summary>
    public int? LateSince { get; private set; }

    /// <summary>Numbers an event that the tab raises.</summary>
    public int Raise() => Interlocked.Increment(ref _raised);

    /// <summary>When <see cref="IsHeld"/> changes, which need not come with anything that is rendered.</summary>
    public event Action? HeldChanged;

    /// <summary>Another document is there, which is not held, and renders nothing late.</summary>
    public void Loaded() => (IsHeld, LateSince, _hasBegun) = (false, null, false);

    /// <summary>There is another connection. What was on its way over the one before may be lost.</summary>
    public void Reconnected() => LateSince = null;

    /// <summary>The same circuit goes on over it, and it has seen every loss before, if it had begun.</summary>
    public void GoesOn() => IsLost &= !_hasBegun;

    /// <summary>Answers a call.</summary>
    /// <param name="function">The name after <c>LiveStash.</c></param>
    /// <param name="arguments">In the order of the script's function.</param>
    /// <exception cref="NotSupportedException">The function is none of the script's, or needs a browser.</exception>
    public object? Call(string function, JsonElement arguments)
    {
        string? Argument(int index) => arguments[index].ValueKind == JsonValueKind.String ? arguments[index].GetString() : null;
        switch (function)
        {
            case "greet":
                return Greet(Argument(0)!);
            case "setTag":
                SetTag(Tags(Argument(0)!), Argument(1)!, arguments[2].Deserialize<string[]>()!);
                return true;
            case "started":
                (IsLost, IsHeld, _hasBegun) = (false, false, true);
                Tags(Argument(0)!).RemoveAll(kept => TagIn(kept) == Argument(2));
                _ownTag = Argument(1);
                Owe(Tags(Argument(0)!), Argument(4));
                return true;
            case "owe":
                Owe(Tags(Argument(0)!), Argument(1));
                return true;
            case "saveState":
                _states[$"{Argument(0)}:{Argument(1)}"] = Argument(3)!;
                return "saved";
            case "loadState":
                var token = _states.GetValueOrDefault($"{Argument(0)}:{Argument(1)}");
                return token is null || token.Length <= arguments[2].GetInt32()
                    ? new { token, length = token?.Length ?? 0 }
                    : throw new NotSupportedException("A state that goes as a stream.");
            case "clearState":
                _states.Remove($"{Argument(0)}:{Argument(1)}");
                return true;
            case "hold":
                IsHeld = arguments[0].GetBoolean();
                return true;
            case "askLate":
                _askedAt = Volatile.Read(ref _raised);
                return true;
            case "late":
                LateSince = !arguments[0].GetBoolean() ? null : arguments[1].GetBoolean() ? _askedAt : 0;
                return true;
            case "fleet" or "confirm":
                return true;
            default:
                throw new NotSupportedException($"LiveStash.{function}");
        }
    }

    private object Greet(string engine)
    {
        var tags = Tags(engine);
        if (IsLost && _ownTag is not null)
        {
            Owe(tags, "*");
        }

        return new { tags = tags.ToArray(), tagTooLong = false, lost = IsLost, duplicate = false, failures = 0 };
    }

    private void SetTag(List<string> tags, string tag, string[] formers)
    {
        bool IsOwn(string kept) => TagIn(kept) == tag || formers.Contains(TagIn(kept));
        _ownTag = tag;
        var slots = tags.Find(IsOwn)?.Split('~') is [_, var owed] ? owed : null;
        tags.RemoveAll(IsOwn);
        tags.Insert(0, With(tag, slots));
        if (tags.Count > MaxTags)
        {
            tags.RemoveRange(MaxTags, tags.Count - MaxTags);
        }
    }

    private void Owe(List<string> tags, string? slots)
    {
        if (_ownTag is not null && tags.FindIndex(kept => TagIn(kept) == _ownTag) is >= 0 and var index)
        {
            tags[index] = With(_ownTag, slots);
        }
    }

    private List<string> Tags(string engine) => _tags.TryGetValue(engine, out var tags) ? tags : _tags[engine] = [];

    private static string TagIn(string kept) => kept.Split('~', 2)[0];

    private static string With(string tag, string? slots) => string.IsNullOrEmpty(slots) ? tag : $"{tag}~{slots}";
}
