namespace LiveStash.Benchmarks.Circuits;

internal sealed class BenchmarkSessionKey : IStashSessionKeyProvider
{
    public ValueTask<string> GetSessionKeyAsync(CancellationToken cancellationToken = default) => new("benchmark");
}
