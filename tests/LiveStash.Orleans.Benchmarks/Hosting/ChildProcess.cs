using System.Diagnostics;
using System.Globalization;
using LiveStash.Benchmarks.Load;

namespace LiveStash.Orleans.Benchmarks.Hosting;

/// <summary>A second process of this program, told over its input what to do next. It ends with its input.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<ChildProcess> StartAsync(params IEnumerable<string> args)
    {
        var child = new ChildProcess(Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(ChildProcess).Assembly.Location, .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!);
        await child.ReadAsync();
        return child;
    }

    /// <summary>Has it do something and gives back its answer.</summary>
    public async Task<string> AskAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    /// <summary>Has it run a load.</summary>
    public async Task<LoadRun> RunAsync(string command) => Parse(await AskAsync(command));

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The child's side: answers each line of its input.</summary>
    public static async Task ServeAsync(Func<string[], Task<string>> answer)
    {
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            Console.WriteLine(await answer(line.Split(' ')));
        }
    }

    public static string Text(LoadRun run) => string.Create(CultureInfo.InvariantCulture,
        $"{run.Operations} {run.Elapsed.Ticks} {run.P50.Ticks} {run.P99.Ticks} {run.Max.Ticks} {run.AllocatedBytes}");

    private static LoadRun Parse(string text)
    {
        var numbers = Array.ConvertAll(text.Split(' '), static number => long.Parse(number, CultureInfo.InvariantCulture));
        return new(numbers[0], new(numbers[1]), new(numbers[2]), new(numbers[3]), new(numbers[4]), numbers[5]);
    }

    private async Task<string> ReadAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The other process of the benchmark has ended; what it wrote is above.");
}
