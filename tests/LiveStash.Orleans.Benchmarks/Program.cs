using System.Globalization;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Orleans.Benchmarks.Hosting;
using LiveStash.Orleans.Benchmarks.Rows;

// dotnet run -c Release --project tests/LiveStash.Orleans.Benchmarks -- rows [--full] [--only NAME]
// The other roles are second processes that this one starts.
switch (args)
{
    case ["client", var gatewayPort, var maxInFlight, .. var sizes]:
        await ClientRole.RunAsync(Number(gatewayPort), Number(maxInFlight), Array.ConvertAll(sizes, Number));
        break;

    case ["resident", var capacity]:
        await ResidentRole.RunAsync(Number(capacity));
        break;

    case ["silo", var primaryPort]:
        await SiloRole.RunAsync(Number(primaryPort));
        break;

    case ["rows", .. var rest]:
        var options = RunOptions.Parse(rest);
        var report = new RowReport(options);
        await new WriteRows(options, report).RunAsync();
        await new ChangedRows(options, report).RunAsync();
        await new StormRows(options, report).RunAsync();
        await new FirstWriteRows(options, report).RunAsync();
        await new ResidentRows(options, report).RunAsync();
        await new StopRows(options, report).RunAsync();
        await new SweepRows(options, report).RunAsync();
        await new WalRows(options, report).RunAsync();
        await new ThroughRows(options, report).RunAsync();
        await new CacheRows(options, report).RunAsync();
        break;

    default:
        Console.Error.WriteLine("Say 'rows', or run: bash tests/bench.sh");
        return 2;
}

return 0;

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
