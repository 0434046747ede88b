using LiveStash.Browser;

namespace LiveStash.Watching;

/// <summary>The user of the circuit is another one now.</summary>
internal sealed partial class StashSession
{
    /// <summary>Goes on in the session of the present user.</summary>
    /// <param name="sessionKey">The key of the session.</param>
    /// <param name="visitor">The key of the session before, where that was a visitor's who signs in: of it nothing is left in the tab.</param>
    /// <param name="takeAlong">Whether what is saved comes along.</param>
    public Task RebindAsync(string sessionKey, string? visitor, bool takeAlong)
    {
        if (!IsActive)
        {
            return Task.CompletedTask;
        }

        if (!takeAlong)
        {
            // At once: until it is this one's turn, what there is of the former user can neither be got nor added to.
            _watch!.Disown();
        }

        if (visitor is null)
        {
            // At once, too: the app may be leading the page to the one to sign in already.
            _ = browser.OweAsync(Engine, OwedSlots.Everything);
        }

        return _saver!.InTurnAsync(async () =>
        {
            if (!takeAlong)
            {
                _saver.Resume();
            }

            // Where the user has changed once more, nothing of this one is shown or taken along any more.
            var isOver = _saver.IsSuspended;
            _recovery!.Rebind(finder, sessionKey, visitor, takeAlong && !isOver);
            if (!isOver && _client!.MustOpen && !await OpenLateAsync(_recovery, _watch!))
            {
                _saver.Retry();
            }

            work.Post(_saver.Save);
            return true;
        });
    }

    /// <summary>Completes when the browser knows what the circuit has gone on with.</summary>
    public async Task ToldAsync()
    {
        while (_recovery?.Begun is { IsCompleted: false } begun)
        {
            await begun;
        }
    }

    /// <summary>Who the user is cannot be told: what there is of the former one can no more be got, and nothing is saved.</summary>
    public void Abandon()
    {
        if (IsActive)
        {
            _watch!.Disown();
            _watch.Close();
            _closed = true;
        }
    }
}
