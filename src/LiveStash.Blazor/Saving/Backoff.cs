using System.Security.Cryptography;

namespace LiveStash.Saving;

/// <summary>Growing pauses between attempts, with jitter, so that circuits which failed together do not come back together.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private int _attempts;

    /// <summary>Between half and all of 250 ms, 500 ms, 1 s, ... 5 s.</summary>
    public TimeSpan Next()
    {
        var whole = Math.Min(First.TotalMilliseconds * Math.Pow(2, Math.Min(_attempts++, 10)), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000.0)));
    }

    public void Reset() => _attempts = 0;
}
