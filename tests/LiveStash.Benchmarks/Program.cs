using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/LiveStash.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
