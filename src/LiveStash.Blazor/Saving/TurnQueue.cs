namespace LiveStash.Saving;

/// <summary>Runs asynchronous work one after the other, in the order it was given. Used on one dispatcher only.</summary>
internal sealed class TurnQueue
{
    private Task _last = Task.CompletedTask;

    /// <summary>Whether work is running or waiting.</summary>
    public bool IsBusy => !_last.IsCompleted;

    public async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var before = _last;
        var done = new TaskCompletionSource();
        _last = done.Task;
        await before;
        try
        {
            return await work();
        }
        finally
        {
            done.SetResult();
        }
    }
}
