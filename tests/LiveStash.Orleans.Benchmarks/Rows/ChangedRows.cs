using System.Text.Json;
using LiveStash.Benchmarks.Circuits;
using LiveStash.Benchmarks.Load;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Grains;
using LiveStash.Orleans.Benchmarks.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Orleans.Benchmarks.Rows;

/// <summary>
/// A save of a component of ten properties, as the click sees it, co-hosted. The baseline puts the same state into a grain, from
/// the same dispatcher, without serializing it.
/// </summary>
internal sealed class ChangedRows(RunOptions options, RowReport report)
{
    private const string One = "changed-1-of-10";
    private const string All = "changed-10-of-10";

    public async Task RunAsync()
    {
        if (!report.Wants(One, All))
        {
            return;
        }

        await using var silo = await BenchmarkSilo.StartAsync();
        using var host = BenchmarkCircuit.BuildHost(builder => builder.UseOrleans().Services.AddSingleton(silo.Grains));
        var circuit = await BenchmarkCircuit.StartAsync(host);
        var grain = silo.Grains.GetGrain<IRawGrain>("changed");
        var state = JsonSerializer.SerializeToUtf8Bytes(circuit.Component);
        var step = 0;

        var (puts, ones, alls) = (new Samples(), new Samples(), new Samples());
        for (var run = -2; run < options.Runs; run++)
        {
            var put = await circuit.RunAsync(options.Duration, _ => grain.PutAsync(state));
            var one = await circuit.RunAsync(options.Duration, SaveOne);
            var all = await circuit.RunAsync(options.Duration, SaveAll);
            if (run >= 0)
            {
                puts.Add(put.Microseconds);
                ones.Add(one.Microseconds);
                alls.Add(all.Microseconds);
            }
        }

        var raw = $"raw put of these {state.Length} B {Samples.Text(puts.Median)} us";
        report.Add(One, ones.Over(puts), "x raw put", Budget.AtMost(4), $"{Samples.Text(ones.Median)} us, {raw}");
        report.Add(All, alls.Over(puts), "x raw put", null, $"{Samples.Text(alls.Median)} us, {raw}");

        ValueTask SaveOne(int i)
        {
            circuit.Component.Count = ++step;
            return new(circuit.SaveAsync());
        }

        ValueTask SaveAll(int i)
        {
            circuit.Component.ChangeAll(++step);
            return new(circuit.SaveAsync());
        }
    }
}
