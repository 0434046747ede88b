using LiveStash.Orleans.Contracts;

namespace LiveStash.Orleans.Server.Grains;

/// <summary>
/// Tells the latest call of an owner from its repetitions and from what was overtaken on the way. An owner waits for each
/// answer, so what arrives after a later call of the same owner is a repetition that nobody waits for any more: a late
/// replace or clear must not undo what was acknowledged since.
/// </summary>
/// <remarks>
/// Those who write as one owner and do not wait for each other, as the servers of a cache, name a sender for each call. Of their
/// changes the latest few are known, so that a copy of one that comes after another's undoes nothing.
/// </remarks>
internal sealed class StashCalls
{
    /// <summary>More changes of one entry than are usual while a copy of a call can be under way.</summary>
    private const int MaxEarlier = 8;

    private (WireCall Call, long Epoch) _opened;
    private (WireCall Call, long Epoch) _openedBefore;
    private (WireCall Call, long Epoch, StashResult Result) _changed;

    /// <summary>Changes of the same epoch by other senders, before the last one; made when there is a second.</summary>
    private (WireCall Call, long Version)[]? _earlier;
    private uint _next;

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
    /// <param name="isFenced">
    /// Whether the record refuses it when it was overtaken. It does so with a delta, by its version; with a replace not where the stash
    /// was cleared since.
    /// </param>
    public StashResult? AnswerTo(WireCall call, long epoch, bool isFenced)
    {
        if (!call.IsNamed || epoch != _changed.Epoch)
        {
            return null;
        }

        if (call.Sender != _changed.Call.Sender)
        {
            var index = _earlier is null ? -1 : Array.FindIndex(_earlier, earlier => earlier.Call == call);
            return index < 0 ? null : new(StashOutcome.Ok, _earlier![index].Version);
        }

        return call.Number == _changed.Call.Number ? _changed.Result
            : call.Number > _changed.Call.Number || isFenced ? null
            : new(StashOutcome.Unavailable, Detail: "A later call of the same owner has overtaken this one.");
    }

    /// <summary>Remembers a change that was made.</summary>
    public void Changed(WireCall call, long epoch, StashResult result)
    {
        if (epoch != _changed.Epoch)
        {
            _earlier = null;
        }
        else if (call.Sender != _changed.Call.Sender && _changed.Call.IsNamed)
        {
            _earlier ??= new (WireCall, long)[MaxEarlier];
            _earlier[_next++ % MaxEarlier] = (_changed.Call, _changed.Result.Version);
        }

        _changed = (call, epoch, result);
    }
}
