namespace LiveStash.Orleans.Tests.Infrastructure;

/// <summary>Waits for a condition, and fails when it does not come.</summary>
internal static class Until
{
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, within);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        var deadline = Environment.TickCount64 + (long)(within ?? TimeSpan.FromSeconds(30)).TotalMilliseconds;
        while (!await condition())
        {
            if (Environment.TickCount64 > deadline)
            {
                Assert.Fail($"Waited in vain until {what}.");
            }

            await Task.Delay(10);
        }
    }
}
