using LiveStash.Benchmarks.Reporting;
using LiveStash.Browser.Benchmarks.Rows;

// dotnet run -c Release --project tests/LiveStash.Browser.Benchmarks -- rows [--full] [--only NAME]
if (args is not ["rows", .. var rest])
{
    Console.Error.WriteLine("Say 'rows', or run: bash tests/bench.sh");
    return 2;
}

var options = RunOptions.Parse(rest);
await new BrowserRows(options, new(options)).RunAsync();
return 0;
