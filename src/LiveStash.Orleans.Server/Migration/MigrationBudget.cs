namespace LiveStash.Orleans.Server.Migration;

/// <summary>
/// Bounds the bytes that are on their way to other silos at once: each is in memory twice until it has arrived. First come,
/// first served. Safe for concurrent use.
/// </summary>
internal sealed class MigrationBudget(int maxBytes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(int Bytes, TaskCompletionSource Turn)> _waiting = new();
    private long _free = maxBytes;

    /// <summary>Waits until there is room. What is larger than the whole budget goes alone.</summary>
    /// <returns>What to give to <see cref="Release"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled while waiting; nothing is taken then.</exception>
    public async Task<int> AcquireAsync(int bytes, CancellationToken cancellationToken)
    {
        bytes = Math.Clamp(bytes, 1, maxBytes);
        LinkedListNode<(int Bytes, TaskCompletionSource Turn)> node;
        lock (_lock)
        {
            if (_waiting.Count == 0 && _free >= bytes)
            {
                _free -= bytes;
                return bytes;
            }

            node = _waiting.AddLast((bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), node.Value.Turn);
        try
        {
            await node.Value.Turn.Task;
            return bytes;
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (node.List is not null)
                {
                    _waiting.Remove(node);
                    Admit();
                }
            }

            throw;
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(int bytes)
    {
        lock (_lock)
        {
            _free += bytes;
            Admit();
        }
    }

    /// <summary>Called under the lock.</summary>
    private void Admit()
    {
        while (_waiting.First is { } first && (first.Value.Turn.Task.IsCanceled || _free >= first.Value.Bytes))
        {
            _waiting.RemoveFirst();
            if (first.Value.Turn.TrySetResult())
            {
                _free -= first.Value.Bytes;
            }
        }
    }
}
