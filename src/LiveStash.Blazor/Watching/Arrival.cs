namespace LiveStash.Watching;

/// <summary>What came in from the browser, or what else has made components.</summary>
internal sealed class Arrival
{
    private static long s_last;

    private readonly long _number;

    private Arrival(long number) => _number = number;

    /// <summary>The number of the last that came in from a browser.</summary>
    public static long Last => Volatile.Read(ref s_last);

    public static Arrival FromBrowser() => new(Interlocked.Increment(ref s_last));

    /// <summary>By no browser, as with the start of the circuit or by a timer: not what the user does while a component loads.</summary>
    public static Arrival FromElsewhere() => new(0);

    /// <summary>Whether it came in from the browser after another had.</summary>
    public bool IsAfter(long number) => _number > number;
}
