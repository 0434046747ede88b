using Microsoft.Extensions.Logging;

namespace LiveStash.Watching;

/// <summary>The connection of the circuit, which is lost and comes back.</summary>
internal sealed partial class StashSession
{
    private bool _connected;
    private bool _wasDown;
    private bool _hasOpened; // Blazor says next that the connection is up, which tells nothing of one that was lost meanwhile

    public void ConnectionUp()
    {
        var isSaidAnyway = _hasOpened && _wasDown;
        _hasOpened = false;
        _connected |= !isSaidAnyway;
        if (_wasDown)
        {
            if (!isSaidAnyway)
            {
                browser.Reconnected();
            }

            _saver?.Reconnected();
            _recovery?.Reconnected();

            // A copy for the browser may have gone into the dead connection.
            work.Post(KeepAliveAsync);
        }

        if (_client is { } client && (client.MustOpen || _saver!.HasUnsaved))
        {
            _saver!.Retry();
        }
    }

    public void ConnectionDown()
    {
        (_connected, _wasDown) = (false, true);
        _watch?.Look(isThorough: true);
    }

    private async Task KeepAliveAsync()
    {
        if (_connected && _client is { Exists: true } client)
        {
            var result = await _saver!.InTurnAsync(client.TouchAsync);
            if (!result.IsOk && _connected)
            {
                LogNotKeptAlive(result.Outcome, result.Detail);
            }
        }
    }

    [LoggerMessage(1204, LogLevel.Warning, "The stash could not be kept alive: {Outcome}. {Detail}")]
    private partial void LogNotKeptAlive(StashOutcome outcome, string? detail);
}
