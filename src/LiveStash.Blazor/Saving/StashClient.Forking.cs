using Microsoft.Extensions.Logging;

namespace LiveStash.Saving;

/// <summary>The page goes on under an id of its own.</summary>
internal sealed partial class StashClient
{
    /// <summary>Goes on with what is saved under an id of its own; what is there under the old one stays until it expires.</summary>
    public void Fork()
    {
        LogForkedOff();
        GoOnApart();
        MustOpen = IsProvisional = false;
    }

    private void GoOnApart()
    {
        _isTakenAlong &= _tagWaits;
        StartAnew();
        _tagWaits = IsUncertain = _saved.Count > 0;
    }

    private void StartAnew()
    {
        (_id, _boundId) = (StashId.New(), null);
        _epoch = 1;
        _exists = _superseded = _mayGoYet = _tagWaits = false;
        (_tagStored, _foundTag) = (null, null);
    }

    [LoggerMessage(1101, LogLevel.Information, "The stash was taken over by another page that is also open, a duplicated tab; this page goes on with a stash of its own.")]
    private partial void LogForked();

    [LoggerMessage(1103, LogLevel.Information, "The engine answered late, and holds other values than the user has entered meanwhile; this page goes on with a stash of its own, and what was saved stays as it is until it expires.")]
    private partial void LogForkedOff();
}
