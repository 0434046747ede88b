using LiveStash.Orleans.Contracts;
using LiveStash.Records;
using LiveStash.Tests.Fuzzing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Xunit.Abstractions;

namespace LiveStash.Orleans.Tests.Fuzzing;

/// <summary>
/// The bytes of requests to the grain, read by Orleans' serializer: refused, or read as the request that they are said to be,
/// and then the rules hold.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class GrainMessageFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const long OwnerEpoch = 5;
    private const int Huge = 600_000;

    private static readonly DateTimeOffset Now = new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private static readonly StashLimits Limits = new(LiveStashOptions.DefaultMaxStashBytes, StashLimits.DefaultMaxEntries);

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer(builder => builder.AddAssembly(typeof(IStashGrain).Assembly)).BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public Task Deserialize_AnySpoiledRequest_RefusedOrTheRulesHold_Bounded()
    {
        var serializer = _services.GetRequiredService<Serializer>();
        return new FuzzRun(FuzzKind.GrainMessage, output).EachAsync(random => random.Next(4) switch
        {
            0 => Make(random, serializer, Open(random), static (record, call) => record.Open((StashOpenMode)call.Mode, call.Terms.ToTerms(), Now).IsOk, static _ => true),
            1 => Make(random, serializer, Touch(random), static (record, call) => record.Touch(call.Epoch, call.Terms.ToTerms(), Now).IsOk, static call => call.Epoch >= OwnerEpoch),
            2 => Make(random, serializer, Clear(random), static (record, call) => record.Clear(call.Epoch, Now).IsOk, static call => call.Epoch >= OwnerEpoch),
            _ => Make(random, serializer, Write(random), static (record, call) => record.Write(call.ToWrite(), Limits, Now).IsOk, static call => call.Write.Epoch >= OwnerEpoch),
        });
    }

    private static FuzzCase Make<T>(Random random, Serializer serializer, T valid, Func<StashRecord, T, bool> apply, Func<T, bool> mayChange)
    {
        var (mutation, bytes) = random.Next(10) == 0
            ? ("none", serializer.SerializeToArray(valid))
            : Mutator.Spoil(random, serializer.SerializeToArray(valid), serializer.SerializeToArray(Write(random)), Huge);
        var before = new StashImage(OwnerEpoch, 3, TimeSpan.FromMinutes(30), Now + TimeSpan.FromMinutes(30), [new("r:Counter/Count", "7"u8.ToArray())], 16);
        var record = new StashRecord(before);
        Exception? refused = null;
        T? read = default;
        var isOk = false;
        return new(
            $"{typeof(T).Name}, {mutation}",
            bytes,
            () =>
            {
                try
                {
                    read = serializer.Deserialize<T>(bytes);
                }
                catch (Exception exception) when (exception is not OutOfMemoryException)
                {
                    // Orleans' own; it refuses the message, whatever its serializer throws.
                    refused = exception;
                }

                if (refused is null && read is not null)
                {
                    try
                    {
                        isOk = apply(record, read);
                    }
                    catch (ArgumentException)
                    {
                        // Terms or names that cannot be: the caller hears of it.
                    }
                }
            },
            () => mutation == "none" && refused is not null ? $"a valid request was refused: {refused}"
                : record.Image is { } image && (image.Size > Limits.MaxBytes || image.Entries.Length > Limits.MaxEntries) ? $"{image.Size} bytes in {image.Entries.Length} entries were accepted"
                : !isOk && !ReferenceEquals(record.Image, before) ? "a refused request has changed the stash"
                : isOk && !mayChange(read!) ? "a request with an older epoch was accepted"
                : null);
    }

    private static WireTerms Terms(Random random) => new(new StashTerms(TimeSpan.FromMinutes(random.Next(1, 100)), (StashDurability?)random.Next(3)));

    private static WireCall Call(Random random) => new(random.NextInt64(), random.Next(1, 1000));

    private static WireOpen Open(Random random) => new() { Secret = StashAddress.SecretOf(StashId.New()), Mode = random.Next(2), Terms = Terms(random), Call = Call(random) };

    private static WireTouch Touch(Random random) => new() { Secret = StashAddress.SecretOf(StashId.New()), Epoch = random.Next(3, 7), Terms = Terms(random) };

    private static WireClear Clear(Random random) => new() { Secret = StashAddress.SecretOf(StashId.New()), Epoch = random.Next(3, 7), Call = Call(random) };

    private static WireWrite Write(Random random) => new(StashId.New(), Call(random), new()
    {
        Epoch = random.Next(3, 7),
        BaseVersion = random.Next(2, 5),
        Replace = random.Next(2) == 0,
        Changed = [.. Enumerable.Range(0, random.Next(5)).Select(i => new StashEntry($"r:Shop.Counter#{i}/Count", Mutator.Noise(random, random.Next(300))))],
        Removed = [.. Enumerable.Range(0, random.Next(3)).Select(i => $"t:Shop.Counter#{i}/Note")],
        Terms = new(TimeSpan.FromMinutes(random.Next(1, 100))),
    });
}
