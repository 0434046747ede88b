namespace LiveStash.Benchmarks.Reporting;

/// <summary>What bash tests/bench.sh passes on.</summary>
internal sealed record RunOptions
{
    /// <summary>Longer runs, more of them, and a million stashes where quick mode has 100,000.</summary>
    public bool IsFull { get; private init; }

    /// <summary>Only the rows whose names begin so.</summary>
    public string? Only { get; private init; }

    /// <summary>The file that each row is appended to.</summary>
    public string? Results { get; private init; }

    /// <summary>How often each measurement is repeated, in turn with its baseline.</summary>
    public int Runs => IsFull ? 15 : 7;

    /// <summary>The length of one run of a load.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds(IsFull ? 1 : 0.2);

    public static RunOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new RunOptions();
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--full" => options with { IsFull = true },
                "--only" when i + 1 < args.Length => options with { Only = args[++i] },
                "--results" when i + 1 < args.Length => options with { Results = args[++i] },
                _ => throw new ArgumentException($"'{args[i]}' is none of --full, --only NAME, --results FILE."),
            };
        }

        return options;
    }
}
