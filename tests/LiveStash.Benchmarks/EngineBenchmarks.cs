using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveStash.Benchmarks;

/// <summary>The in-process engine beside what an app would write itself: a ConcurrentDictionary that takes a copy.</summary>
[MemoryDiagnoser]
public class EngineBenchmarks
{
    private readonly ConcurrentDictionary<StashId, byte[]> _dictionary = new();
    private readonly StashTerms _terms = new(TimeSpan.FromMinutes(30));
    private IStashEngine _engine = default!;
    private byte[] _value = [];
    private StashId _id;
    private long _version;

    /// <summary>Of the value, in bytes.</summary>
    [Params(1024, 16 * 1024)]
    public int Size { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddLiveStashCore();
        _engine = services.BuildServiceProvider().GetRequiredKeyedService<IStashEngine>(StashEngineNames.Memory);
        _value = new byte[Size];
        Random.Shared.NextBytes(_value);
        _id = StashId.New();
        _version = (await _engine.WriteAsync(_id, Write(replace: true))).Version;
    }

    /// <summary>Puts a copy into the dictionary.</summary>
    [Benchmark(Baseline = true)]
    public void Dictionary() => _dictionary[_id] = _value.AsSpan().ToArray();

    /// <summary>Writes a delta. The value is handed over, so there is no copy.</summary>
    [Benchmark]
    public async Task InProcessWrite()
    {
        var result = await _engine.WriteAsync(_id, Write(replace: false));
        _version = result.IsOk ? result.Version : throw new InvalidOperationException(result.Detail);
    }

    /// <summary>Recovers.</summary>
    [Benchmark]
    public async Task<int> InProcessOpen() => (await _engine.OpenAsync(_id, StashOpenMode.Read, _terms)).Entries.Count;

    private StashWrite Write(bool replace) =>
        new() { Epoch = 1, BaseVersion = _version, Replace = replace, Changed = [new("r:Counter/Text", _value)], Terms = _terms };
}
