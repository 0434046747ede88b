using BenchmarkDotNet.Attributes;
using LiveStash.Benchmarks.Circuits;
using LiveStash.Watching;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Benchmarks;

/// <summary>
/// What a save costs the page, with the in-process engine: ten properties, of which none, one or all have changed. The baseline
/// is the write alone, of the entry that the second of these sends.
/// </summary>
[MemoryDiagnoser]
public class SessionBenchmarks
{
    private readonly TenProperties _component = new();
    private readonly StashTerms _terms = new(TimeSpan.FromMinutes(30));
    private readonly byte[] _value = new byte[8];
    private IStashEngine _engine = default!;
    private IStashSlot _slot = default!;
    private StashId _id;
    private long _version;
    private int _step;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        var circuit = BenchmarkCircuit.BuildHost().CreateScope().ServiceProvider;
        _engine = circuit.GetRequiredKeyedService<IStashEngine>(StashEngineNames.Memory);
        var session = circuit.GetRequiredService<StashSession>();
        await session.StartAsync(new Uri("http://localhost/"));
        _slot = session.Attach(_component);
        await session.ResetAsync();
        await EnsureSavedAsync();
        _id = StashId.New();
        _version = (await _engine.WriteAsync(_id, Write(replace: true))).Version;
    }

    /// <summary>The engine alone.</summary>
    [Benchmark(Baseline = true)]
    public async Task EngineWrite()
    {
        var result = await _engine.WriteAsync(_id, Write(replace: false));
        _version = result.IsOk ? result.Version : throw new InvalidOperationException(result.Detail);
    }

    /// <summary>Nothing has changed: no call.</summary>
    [Benchmark]
    public Task<StashSaveResult> Unchanged() => _slot.StashAsync();

    /// <summary>One of ten has changed.</summary>
    [Benchmark]
    public Task OneChanged()
    {
        _component.Count = ++_step;
        return EnsureSavedAsync();
    }

    /// <summary>All ten have changed.</summary>
    [Benchmark]
    public Task AllChanged()
    {
        _component.ChangeAll(++_step);
        return EnsureSavedAsync();
    }

    private StashWrite Write(bool replace) =>
        new() { Epoch = 1, BaseVersion = _version, Replace = replace, Changed = [new("r:TenProperties/Count", _value)], Terms = _terms };

    private async Task EnsureSavedAsync()
    {
        if (await _slot.StashAsync() is { IsSaved: false } failure)
        {
            throw new InvalidOperationException($"{failure.Outcome}: {failure.Detail}");
        }
    }
}
