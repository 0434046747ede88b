using System.Runtime.CompilerServices;
using LiveStash.Benchmarks.Load;
using LiveStash.Orleans.Benchmarks.Grains;

namespace LiveStash.Orleans.Benchmarks.Load;

/// <summary>The loads that are compared: the same bytes through LiveStash's engine, and into a grain that does nothing else.</summary>
internal sealed class EngineLoad
{
    /// <summary>Each worker has so many stashes and goes through them in turn.</summary>
    private const int PerWorker = 16;

    private static readonly StashTerms Terms = new(TimeSpan.FromHours(12));

    private readonly byte[] _value;
    private readonly BenchmarkStash[] _stashes;
    private readonly IRawGrain[] _grains;

    private EngineLoad(Func<IStashEngine> newEngine, IGrainFactory grains, int maxInFlight, int size)
    {
        _value = new byte[size];
        Random.Shared.NextBytes(_value);
        _stashes = [.. Enumerable.Range(0, maxInFlight * PerWorker).Select(_ => new BenchmarkStash(newEngine))];
        _grains = [.. Enumerable.Range(0, maxInFlight * PerWorker).Select(_ => grains.GetGrain<IRawGrain>(StashId.New().ToString()))];
    }

    /// <summary>Makes the stashes and the grains.</summary>
    public static async Task<EngineLoad> CreateAsync(Func<IStashEngine> newEngine, IGrainFactory grains, int maxInFlight, int size)
    {
        var load = new EngineLoad(newEngine, grains, maxInFlight, size);
        await LoadDriver.EachAsync(load._stashes.Length, 16, async i =>
        {
            await load._stashes[i].WriteAsync(load._value, Terms, replace: true);
            await load._grains[i].PutAsync(load._value);
        });
        return load;
    }

    public Task<LoadRun> RunAsync(LoadKind kind, int inFlight, TimeSpan duration) => LoadDriver.RunAsync(inFlight, duration, kind switch
    {
        LoadKind.RawPut => (worker, i) => _grains[Index(worker, i)].PutAsync(_value),
        LoadKind.RawAnswered => PutAnsweredAsync,
        LoadKind.RawGet => GetAsync,
        LoadKind.Write => (worker, i) => _stashes[Index(worker, i)].WriteAsync(_value, Terms, replace: false),
        LoadKind.Open => (worker, i) => _stashes[Index(worker, i)].OpenAsync(Terms),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    });

    // A method like the one of a stash: what it costs to wait for an answer and look at it is in both.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask PutAnsweredAsync(int worker, int i)
    {
        if ((await _grains[Index(worker, i)].PutAnsweredAsync(_value)).Version == 0)
        {
            throw new InvalidOperationException("It was not put.");
        }
    }

    private async ValueTask GetAsync(int worker, int i)
    {
        if ((await _grains[Index(worker, i)].GetAsync()).Value.Length != _value.Length)
        {
            throw new InvalidOperationException("These are not the bytes that were put.");
        }
    }

    private static int Index(int worker, int i) => (worker * PerWorker) + (i % PerWorker);
}
