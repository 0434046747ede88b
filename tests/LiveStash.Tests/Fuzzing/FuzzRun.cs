using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace LiveStash.Tests.Fuzzing;

/// <summary>
/// Runs the inputs of one kind, measures each and fails with the seed and the input. Every input has a random generator of its
/// own, made of seed, kind and number, so that it can be made again without those before it.
/// </summary>
internal sealed class FuzzRun(FuzzKind kind, ITestOutputHelper output)
{
    /// <summary>How many inputs all kinds have together; the environment variable LIVESTASH_FUZZ_INPUTS says otherwise.</summary>
    public const int DefaultInputs = 50_000;

    public const int DefaultSeed = 20310203;

    private const int WarmUp = 50;
    private const int MaxFailures = 5;

    private readonly List<string> _failures = [];
    private TimeSpan _worstTime;
    private long _worstBytes;

    public static int Seed { get; } = Number("LIVESTASH_FUZZ_SEED") ?? DefaultSeed;

    public static int Inputs { get; } = Number("LIVESTASH_FUZZ_INPUTS") ?? DefaultInputs;

    /// <summary>The inputs of this kind.</summary>
    public int Count { get; } = (int)Math.Max((long)Inputs * kind.Percent / 100, 1);

    /// <summary>For code that ends on the thread it began on.</summary>
    public Task EachAsync(Func<Random, FuzzCase> make) => EachAsync((random, _) => Task.FromResult(make(random)), GC.GetAllocatedBytesForCurrentThread);

    /// <summary>For code that goes from thread to thread: what the whole process allocates counts.</summary>
    public Task EachAsync(Func<Random, int, Task<FuzzCase>> make) => EachAsync(make, static () => GC.GetTotalAllocatedBytes());

    private async Task EachAsync(Func<Random, int, Task<FuzzCase>> make, Func<long> allocated)
    {
        // Code that is compiled first is no property of an input.
        for (var i = -WarmUp; i < Count && _failures.Count < MaxFailures; i++)
        {
            var input = await make(new Random(Mix(i)), i);
            await RunAsync(input, i, allocated);
        }

        Report();
        Assert.True(_failures.Count == 0, string.Join('\n', _failures));
    }

    private async Task RunAsync(FuzzCase input, int number, Func<long> allocated)
    {
        var bytes = allocated();
        var since = Stopwatch.GetTimestamp();
        Exception? escaped = null;
        try
        {
            await input.Act();
        }
        catch (Exception exception)
        {
            escaped = exception;
        }

        var time = Stopwatch.GetElapsedTime(since);
        bytes = allocated() - bytes;
        if (number >= 0)
        {
            _worstTime = time > _worstTime ? time : _worstTime;
            _worstBytes = Math.Max(bytes, _worstBytes);
            Check(time <= FuzzKind.MaxTime, $"it took {time.TotalMilliseconds:0} ms; at most {FuzzKind.MaxTime.TotalMilliseconds:0} are allowed.", input, number);
            Check(bytes <= kind.MaxBytes, $"it allocated {bytes} bytes; at most {kind.MaxBytes} are allowed.", input, number);
        }

        var judgement = escaped is null ? input.Judge() : $"an exception escaped: {escaped}";
        Check(judgement is null, judgement, input, number);
    }

    private void Check(bool holds, string? what, FuzzCase input, int number)
    {
        if (!holds)
        {
            _failures.Add($"Seed {Seed}, kind '{kind.Name}', input {number} ({input.Mutation}): {what}\n  {Shown(input.Input)}");
        }
    }

    private static string Shown(object input)
    {
        const int MaxShown = 4000;
        var text = input switch
        {
            byte[] bytes => Convert.ToBase64String(bytes, 0, Math.Min(bytes.Length, MaxShown)),
            _ => input.ToString() ?? "",
        };
        return text.Length <= MaxShown ? text : $"{text[..MaxShown]}... ({text.Length} characters)";
    }

    /// <summary>To the test's output and, for <c>tests/fuzz.sh</c>, as a line of a file.</summary>
    private void Report()
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{kind.Name}|{Count}|{_worstTime.TotalMilliseconds:0.00} ms|{_worstBytes / 1024.0:0.0} KiB|{Seed}");
        output.WriteLine(line.Replace("|", " | ", StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("LIVESTASH_FUZZ_REPORT") is { Length: > 0 } path)
        {
            File.AppendAllText(path, line + "\n");
        }
    }

    private int Mix(int number)
    {
        // FNV-1a; HashCode and string.GetHashCode differ from process to process.
        var hash = 2166136261u;
        foreach (var part in Encoding.UTF8.GetBytes($"{Seed}/{kind.Name}/{number}"))
        {
            hash = unchecked((hash ^ part) * 16777619u);
        }

        return unchecked((int)hash);
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
        : throw new InvalidOperationException($"The environment variable {variable} is '{text}'; set a whole number above zero, or remove it.");
}
