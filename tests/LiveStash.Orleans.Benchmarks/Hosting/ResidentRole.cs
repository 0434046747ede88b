using System.Globalization;
using LiveStash.Benchmarks.Load;
using LiveStash.Orleans.Benchmarks.Grains;
using LiveStash.Orleans.Benchmarks.Load;

namespace LiveStash.Orleans.Benchmarks.Hosting;

/// <summary>A second process with a silo that many stashes are resident in.</summary>
internal static class ResidentRole
{
    public const int PayloadBytes = 1024;
    private const int InFlight = 64;
    private static readonly StashTerms Terms = new(TimeSpan.FromHours(12));

    /// <param name="capacity">The most stashes it will be asked for.</param>
    public static async Task RunAsync(int capacity)
    {
        await using var silo = await BenchmarkSilo.StartAsync();

        // Made before anything is counted, so that no part of the benchmark is in a stash's bytes.
        var stashes = Enumerable.Range(0, capacity).Select(_ => new BenchmarkStash(silo.NewEngine)).ToArray();
        var grains = new List<IRawGrain>();
        var count = 0;
        await ChildProcess.ServeAsync(async command =>
        {
            switch (command)
            {
                case ["empty", var number]:
                    await LoadDriver.EachAsync(Number(number), InFlight, _ => silo.Grains.GetGrain<IRawGrain>(StashId.New().ToString()).PutAsync([]));
                    return "ok";

                case ["grow", var number]:
                    var before = count;
                    count = Number(number);
                    await LoadDriver.EachAsync(count - before, InFlight, i => stashes[before + i].WriteAsync(new byte[PayloadBytes], Terms, replace: true));
                    return "ok";

                case ["raw", var number]:
                    var known = grains.Count;
                    grains.AddRange(Enumerable.Range(known, Number(number) - known).Select(_ => silo.Grains.GetGrain<IRawGrain>(StashId.New().ToString())));
                    await LoadDriver.EachAsync(grains.Count - known, InFlight, i => grains[known + i].PutAsync(new byte[PayloadBytes]));
                    return "ok";

                case ["bytes"]:
                    return GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture);

                case [var kind, var milliseconds]:
                    return ChildProcess.Text(await RunAsync(Enum.Parse<LoadKind>(kind), TimeSpan.FromMilliseconds(Number(milliseconds))));

                default:
                    throw new ArgumentException($"Unknown: {string.Join(' ', command)}");
            }
        });

        Task<LoadRun> RunAsync(LoadKind kind, TimeSpan duration)
        {
            var value = new byte[PayloadBytes];
            var perWorker = count / InFlight;
            return LoadDriver.RunAsync(InFlight, duration, (worker, _) =>
            {
                // Any of the worker's own: no two workers write to one stash.
                var index = (worker * perWorker) + Random.Shared.Next(perWorker);
                var stash = stashes[index];
                return kind == LoadKind.RawPut ? grains[index].PutAsync(value)
                    : kind == LoadKind.Write ? stash.WriteAsync(value, Terms, replace: false) : stash.OpenAsync(Terms);
            });
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
