using System.Threading.Channels;
using Npgsql;

namespace LiveStash.Orleans.PostgreSql.Storage;

/// <summary>
/// Runs operations in groups: each of a few workers takes all that waits, and one round trip does for all of it. An operation
/// that comes alone does not wait for company; when more come than the server takes one by one, the groups grow by themselves.
/// </summary>
/// <typeparam name="TOperation">What to do.</typeparam>
/// <typeparam name="TResult">What comes of it.</typeparam>
internal sealed class GroupCommit<TOperation, TResult>
{
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>();
    private readonly Func<IReadOnlyList<TOperation>, CancellationToken, Task<TResult[]>> _run;
    private readonly Func<TOperation, int> _sizeOf;
    private readonly TimeSpan _timeout;
    private readonly Action _timedOut;
    private readonly Task _workers;

    /// <param name="run">Does a group, all of it or nothing where it throws, and answers for each.</param>
    /// <param name="sizeOf">In bytes.</param>
    /// <param name="timeout">After this a group is given up, and its connection with it.</param>
    /// <param name="timedOut">Told of that.</param>
    public GroupCommit(Func<IReadOnlyList<TOperation>, CancellationToken, Task<TResult[]>> run, Func<TOperation, int> sizeOf, TimeSpan timeout, Action timedOut)
    {
        (_run, _sizeOf, _timeout, _timedOut) = (run, sizeOf, timeout, timedOut);
        _workers = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>
    /// While some wait for their commit, or for a server that hangs, others have groups on their way. Measured with 1 to 8:
    /// from 2 on the difference is less than that between two runs.
    /// </summary>
    public const int Workers = 4;

    /// <summary>So that nobody waits for too many others.</summary>
    public const int MaxOperations = 512;

    /// <inheritdoc cref="MaxOperations"/>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>
    /// Does an operation. One that is cancelled while it waits for its turn is not done; later, its task ends with its group.
    /// </summary>
    public Task<TResult> RunAsync(TOperation operation, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(operation, cancellationToken);
        return _waiting.Writer.TryWrite(waiting) ? waiting.Task : Task.FromException<TResult>(new ObjectDisposedException(nameof(PostgreSqlStore)));
    }

    /// <summary>Takes no more, and ends with what it has taken.</summary>
    public Task StopAsync()
    {
        _waiting.Writer.TryComplete();
        return _workers;
    }

    private async Task WorkAsync()
    {
        var group = new List<Waiting>();
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            for (var size = 0; group.Count < MaxOperations && size < MaxBytes && _waiting.Reader.TryRead(out var next);)
            {
                if (next.Cancellation.IsCancellationRequested)
                {
                    next.TrySetCanceled(next.Cancellation);
                    continue;
                }

                group.Add(next);
                size += _sizeOf(next.Operation);
            }

            if (group.Count > 0)
            {
                await RunAsync(group).ConfigureAwait(false);
                group.Clear();
            }
        }
    }

    private async Task RunAsync(List<Waiting> group)
    {
        using var timeout = new CancellationTokenSource(_timeout);
        if (await TryRunAsync(group, timeout.Token).ConfigureAwait(false) is not { } failure)
        {
            return;
        }

        // What the server has refused was not done: it is tried one by one, so that none fails for another.
        var isRefused = group.Count > 1 && IsRefused(failure);
        foreach (var waiting in group)
        {
            var own = isRefused ? await TryRunAsync([waiting], timeout.Token).ConfigureAwait(false) : failure;
            if (own is not null)
            {
                waiting.TrySetException(own);
                (isRefused, failure) = (isRefused && IsRefused(own), own);
            }
        }
    }

    private async Task<Exception?> TryRunAsync(List<Waiting> group, CancellationToken cancellationToken)
    {
        try
        {
            var results = await _run(group.ConvertAll(static waiting => waiting.Operation), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < group.Count; i++)
            {
                group[i].TrySetResult(results[i]);
            }

            return null;
        }
        catch (OperationCanceledException exception)
        {
            _timedOut();
            return new TimeoutException($"PostgreSQL did not answer within {_timeout.TotalMilliseconds:0} ms.", exception);
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>Whether it is the operation that failed, and not the connection.</summary>
    private static bool IsRefused(Exception exception) => exception is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>An operation, and whoever waits for it.</summary>
    private sealed class Waiting(TOperation operation, CancellationToken cancellation) : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public TOperation Operation => operation;

        public CancellationToken Cancellation => cancellation;
    }
}
