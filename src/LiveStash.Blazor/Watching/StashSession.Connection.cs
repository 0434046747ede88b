using Microsoft.Extensions.Logging;

namespace LiveStash.Watching;

/// <summary>The connection of the circuit, which is lost and comes back.</summary>
internal sealed partial class StashSession
{
    private bool _connected;
    private bool _wasDown;

    public void ConnectionUp()
    {
        if (_wasDown && !_connected)
        {
            // Blazor says that it is there once more when the circuit has opened.
            browser.Reconnected();
        }

        _connected = true;
        if (_wasDown)
        {
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
