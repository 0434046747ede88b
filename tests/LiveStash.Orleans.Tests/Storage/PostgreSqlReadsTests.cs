using LiveStash.Orleans.PostgreSql.Storage;
using LiveStash.Orleans.Tests.Infrastructure;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Storage;

/// <summary>How many stashes the store in PostgreSQL reads in one statement. How large they are is known only when they are there.</summary>
public sealed class PostgreSqlReadsTests
{
    private const int Mebibyte = 1024 * 1024;

    /// <summary>One that takes longer than the time-out fails as a whole, and the next would be as large.</summary>
    [Theory]
    [InlineData(StashGrainOptions.DefaultMaxStashBytes, 64)]
    [InlineData(Mebibyte, 16)]
    [InlineData(64 * Mebibyte, 1)]
    [InlineData(16 * 1024, 512)]
    [InlineData(1, 512)]
    public async Task Read_ManyWaitAtOnce_AGroupIsBoundedWhereAllAreAsLargeAsMayBe(int maxStashBytes, int largest)
    {
        var gate = new TaskCompletionSource();
        var groups = new List<int>();
        var reads = PostgreSqlStore.Reads(
            async (ids, _) =>
            {
                lock (groups)
                {
                    groups.Add(ids.Count);
                }

                await gate.Task;
                return new int[ids.Count];
            },
            new StashGrainOptions { MaxStashBytes = maxStashBytes, StorageTimeout = TimeSpan.FromMinutes(1) },
            static () => { });
        List<Task> answers = [];
        await Until.TrueAsync(
            () =>
            {
                answers.Add(reads.RunAsync(Guid.NewGuid(), default));
                lock (groups)
                {
                    return groups.Count == GroupCommit<Guid, int>.Workers;
                }
            },
            "all workers were busy");

        // So many that each worker's groups are full but for its last.
        answers.AddRange(Enumerable.Range(0, 8 * GroupCommit<Guid, int>.MaxOperations).Select(_ => reads.RunAsync(Guid.NewGuid(), default)));

        gate.SetResult();
        await Task.WhenAll(answers);
        await reads.StopAsync();

        Assert.Equal((answers.Count, largest), (groups.Sum(), groups.Max()));
    }
}
