using BenchmarkDotNet.Running;
using LiveStash.Benchmarks.Reporting;
using LiveStash.Benchmarks.Rows;

// The budgets, as bash tests/bench.sh has them: dotnet run -c Release --project tests/LiveStash.Benchmarks -- rows
// The hot paths one by one, with BenchmarkDotNet:  dotnet run -c Release --project tests/LiveStash.Benchmarks -- --filter '*'
if (args is not ["rows", .. var rest])
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
    return;
}

var options = RunOptions.Parse(rest);
var report = new RowReport(options);
await new UnchangedRows(options, report).RunAsync();
await new InProcessRows(options, report).RunAsync();
