using LiveStash.Benchmarks.Reporting;
using LiveStash.Circuits.Benchmarks.Rows;

// dotnet run -c Release --project tests/LiveStash.Circuits.Benchmarks -- rows [--full] [--only NAME]
if (args is not ["rows", .. var rest])
{
    Console.Error.WriteLine("Say 'rows', or run: bash tests/bench.sh");
    return 2;
}

// The servers inherit it. Threads that wait for work spin before they sleep; on a machine that is not busy that is half of what a
// click costs, and nobody's doing.
Environment.SetEnvironmentVariable("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "0");

var options = RunOptions.Parse(rest);
var report = new RowReport(options);
await new ClickRows(options, report).RunAsync();
await new ReturnRows(options, report).RunAsync();
return 0;
