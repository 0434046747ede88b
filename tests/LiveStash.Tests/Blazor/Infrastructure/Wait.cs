using System.Diagnostics;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>Waiting for a condition; the limit is only for a test that fails.</summary>
internal static class Wait
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(since) > Limit)
            {
                Assert.Fail($"Never happened: {what}");
            }

            await Task.Yield();
        }
    }
}
