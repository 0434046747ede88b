namespace LiveStash.Benchmarks.Load;

/// <summary>What one run of a load came to.</summary>
/// <param name="Operations">How many were done.</param>
/// <param name="Elapsed">From the first to the last.</param>
/// <param name="P50">Half of them took no longer.</param>
/// <param name="P99">Of a hundred, one took longer.</param>
/// <param name="Max">The longest.</param>
/// <param name="AllocatedBytes">By the whole process meanwhile.</param>
internal sealed record LoadRun(long Operations, TimeSpan Elapsed, TimeSpan P50, TimeSpan P99, TimeSpan Max, long AllocatedBytes)
{
    public double PerSecond => Operations / Elapsed.TotalSeconds;

    public double Microseconds => Elapsed.TotalMicroseconds / Operations;

    public double BytesEach => (double)AllocatedBytes / Operations;
}
