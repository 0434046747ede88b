using System.Collections.Concurrent;

namespace OrdinaryApp.Hosting;

/// <summary>Work that takes as long as the test wants.</summary>
internal sealed class Jobs
{
    private readonly ConcurrentDictionary<string, Job> _jobs = new();

    /// <summary>Completes when the job is finished.</summary>
    public Task WaitAsync(string name) => Find(name).Finish.Task;

    /// <summary>The page has taken the job's result.</summary>
    public void Taken(string name) => Find(name).Result.TrySetResult();

    /// <summary>Finishes a job, and completes when the page has taken its result.</summary>
    public Task FinishAsync(string name)
    {
        Find(name).Finish.TrySetResult();
        return Find(name).Result.Task;
    }

    private Job Find(string name) => _jobs.GetOrAdd(name, static _ => new());

    private sealed class Job
    {
        public TaskCompletionSource Finish { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
