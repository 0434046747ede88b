using LiveStash.Orleans.Contracts;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>
/// Tells the latest call of an owner from its repetitions and from what was overtaken on the way. An owner waits for each
/// answer, so what arrives after a later call of the same owner is a repetition that nobody waits for any more: a late
/// replace or clear must not undo what was acknowledged since.
/// </summary>
internal sealed class StashCalls
{
    /// <summary>Why an overtaken call is refused.</summary>
    public const string Overtaken = "A later call has overtaken this one.";

    private (WireCall Call, long Epoch) _opened;
    private WireCall _openedBefore;
    private (WireCall Call, long Epoch, StashResult Result) _changed;

    /// <summary>What to hand to the next activation.</summary>
    public (WireCall Opened, long OpenedEpoch, WireCall Changed, long ChangedEpoch, StashResult Result) Memory
    {
        get => (_opened.Call, _opened.Epoch, _changed.Call, _changed.Epoch, _changed.Result);
        set => (_opened, _changed) = ((value.Opened, value.OpenedEpoch), (value.Changed, value.ChangedEpoch, value.Result));
    }

    /// <summary>Whether the open has made its caller the owner already, and nobody has become it since.</summary>
    public bool IsRepeated(WireOpen open, long? epoch) => open.Call.IsNamed && open.Call == _opened.Call && epoch == _opened.Epoch;

    /// <summary>
    /// Whether an open was overtaken by a later one: had it an effect now, a repetition that nobody waits for any more would
    /// take the stash from its owner. A caller who does wait opens again, with a call of its own.
    /// </summary>
    public bool IsOvertaken(WireCall open) => open.IsNamed && open != _opened.Call
        && (open == _openedBefore || (open.Sender == _opened.Call.Sender && open.Number < _opened.Call.Number));

    /// <summary>Remembers an open that made its caller the owner.</summary>
    public void Opened(WireOpen open, long epoch) => (_openedBefore, _opened) = (_opened.Call, (open.Call, epoch));

    /// <summary>The answer to a change that was made already, or was overtaken; <see langword="null"/> for one to make.</summary>
    /// <param name="call">The change.</param>
    /// <param name="epoch">Of its owner.</param>
    /// <param name="isFenced">Whether it asks for a version, so that the record refuses it when it was overtaken.</param>
    public StashResult? AnswerTo(WireCall call, long epoch, bool isFenced)
    {
        if (!call.IsNamed || call.Sender != _changed.Call.Sender || epoch != _changed.Epoch)
        {
            return null;
        }

        return call.Number == _changed.Call.Number ? _changed.Result
            : call.Number > _changed.Call.Number || isFenced ? null
            : new(StashOutcome.Unavailable, Detail: Overtaken);
    }

    /// <summary>Remembers a change that was made.</summary>
    public void Changed(WireCall call, long epoch, StashResult result) => _changed = (call, epoch, result);
}
