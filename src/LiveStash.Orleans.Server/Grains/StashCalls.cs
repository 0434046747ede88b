using LiveStash.Orleans.Contracts;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>
/// Tells the latest call of an owner from its repetitions and from what was overtaken on the way. An owner waits for each
/// answer, so what arrives after a later call of the same owner is a repetition that nobody waits for any more: a late
/// replace or clear must not undo what was acknowledged since.
/// </summary>
internal sealed class StashCalls
{
    private (WireCall Call, long Epoch) _opened;
    private (WireCall Call, long Epoch) _openedBefore;
    private (WireCall Call, long Epoch, StashResult Result) _changed;

    /// <summary>What to hand to the next activation.</summary>
    public (WireCall Opened, long OpenedEpoch, WireCall Changed, long ChangedEpoch, StashResult Result) Memory
    {
        get => (_opened.Call, _opened.Epoch, _changed.Call, _changed.Epoch, _changed.Result);
        set => (_opened, _changed) = ((value.Opened, value.OpenedEpoch), (value.Changed, value.ChangedEpoch, value.Result));
    }

    /// <summary>
    /// The epoch that an open has got before; <see langword="null"/> for one to do. A repetition gets it again, also when another
    /// has become the owner since: a further epoch, for an answer that nobody waits for any more, would take the stash from that one.
    /// </summary>
    /// <param name="open">The open.</param>
    /// <param name="present">The epoch of the stash now.</param>
    public long? EpochOf(WireCall open, long? present)
    {
        var known = open == _opened.Call ? _opened.Epoch : open == _openedBefore.Call ? _openedBefore.Epoch : long.MaxValue;
        return open.IsNamed && known <= present ? known : null;
    }

    /// <summary>Remembers an open that made its caller the owner.</summary>
    public void Opened(WireCall open, long epoch) => (_openedBefore, _opened) = (_opened, (open, epoch));

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
            : new(StashOutcome.Unavailable, Detail: "A later call of the same owner has overtaken this one.");
    }

    /// <summary>Remembers a change that was made.</summary>
    public void Changed(WireCall call, long epoch, StashResult result) => _changed = (call, epoch, result);
}
