using LiveStash.Orleans.Server.Migration;

namespace LiveStash.Orleans.Tests.Migration;

/// <summary>The bound on what is on its way to other silos.</summary>
public sealed class MigrationBudgetTests
{
    [Fact]
    public async Task AcquireAsync_NoRoom_WaitsForItsTurn()
    {
        var budget = new MigrationBudget(100);
        var first = await budget.AcquireAsync(60, default);
        var large = budget.AcquireAsync(70, default);
        var small = budget.AcquireAsync(10, default);
        Assert.False(large.IsCompleted);

        // The small one would fit, but then the large one might wait for ever.
        Assert.False(small.IsCompleted);
        budget.Release(first);

        Assert.Equal((70, 10), (await large, await small));
    }

    [Fact]
    public async Task AcquireAsync_MoreThanTheWholeBudget_GoesAlone()
    {
        var budget = new MigrationBudget(100);
        var taken = await budget.AcquireAsync(1000, default);
        var next = budget.AcquireAsync(1, default);
        Assert.False(next.IsCompleted);

        budget.Release(taken);

        Assert.Equal(1, await next);
    }

    [Fact]
    public async Task AcquireAsync_Cancelled_TakesNothingAndLetsTheNextPass()
    {
        var budget = new MigrationBudget(100);
        var first = await budget.AcquireAsync(60, default);
        using var cancellation = new CancellationTokenSource();
        var cancelled = budget.AcquireAsync(70, cancellation.Token);
        var next = budget.AcquireAsync(40, default);
        Assert.False(next.IsCompleted);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(40, await next);
        budget.Release(first);
        budget.Release(40);
        Assert.True(budget.AcquireAsync(100, default).IsCompletedSuccessfully);
    }
}
