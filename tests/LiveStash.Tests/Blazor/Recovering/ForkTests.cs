using LiveStash.Testing;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>A page goes on with a stash of its own, and is lost before that is saved.</summary>
public sealed class ForkTests
{
    [Theory]
    [InlineData("memory", 5)]
    [InlineData("memory+browser", 10)]
    public async Task Fork_PageIsLostBeforeItIsSaved_WhatIsSavedOrItsCopyIsRecovered(string engine, int expected)
    {
        await using var server = new TestServer(builder => builder.AddBrowserFallback("memory").UseEngine(engine));
        var browser = new FakeBrowser();
        await using (var first = await server.OpenAsync(browser))
        {
            Assert.True((await (await first.AddAsync<TabCounter>("a")).SetAsync(1)).IsSaved);
            Assert.True((await (await first.AddAsync<TabCounter>("b")).SetAsync(2)).IsSaved);
        }

        // What the page has not seen: attempts of before whose answers were lost, and of which its copy knows nothing.
        var id = server.Engine.Calls[^1].Id;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            Assert.True((await server.Engine.PutAsync(id, Unseen(await server.Engine.PeekAsync(id)))).IsOk);
        }

        server.Engine.IsUnavailable = true;
        browser.Lost = true;
        await using var forked = await server.OpenAsync(browser);
        var a = await forked.AddAsync<TabCounter>("a");
        await forked.AddAsync<TabCounter>("b");
        Assert.False((await a.SetAsync(10)).IsSaved);

        // The engine answers that it is there, and not to what is written then.
        var calls = server.Engine.Calls.Count;
        TaskCompletionSource? gate = server.Engine.Gate = new();
        server.Engine.IsUnavailable = false;
        server.Time.Advance(TimeSpan.FromSeconds(6));
        for (var isWritten = false; !isWritten; calls++)
        {
            await forked.UntilAsync(() => server.Engine.Calls.Count > calls, "the next call");
            isWritten = server.Engine.Calls[calls].Id != id;
            var held = gate;
            server.Engine.Gate = gate = isWritten ? null : new();
            if (!isWritten)
            {
                held!.SetResult();
            }
        }

        browser.Lost = true;
        await using var next = await server.OpenAsync(browser);
        Assert.Equal((StashStatus.Recovered, expected), await StateAsync(next, "a"));
        Assert.Equal((StashStatus.Recovered, 2), await StateAsync(next, "b"));
    }

    /// <summary>Before it is written the page is asked whether it is still there, and a component that is made then wants the tag to be there.</summary>
    [Theory]
    [InlineData("memory")]
    [InlineData("memory+browser")]
    [InlineData("browser")]
    public async Task Duplicate_PageIsLostBeforeItsOwnStashIsWritten_WhatIsSavedIsRecovered(string engine)
    {
        await using var server = new TestServer(builder => builder.AddBrowserEngine(StashTokenProtection.Encrypt).AddBrowserFallback("memory").UseEngine(engine));
        var browser = new FakeBrowser();
        await using var original = await server.OpenAsync(browser);
        Assert.True((await (await original.AddAsync<TabCounter>()).SetAsync(5)).IsSaved);
        var copy = browser.Duplicate();
        var duplicate = await server.OpenAsync(copy, page: page => page.HangingFunctions.Add("LiveStash.confirm"));
        Assert.Equal(5, (await duplicate.AddAsync<TabCounter>()).Count);
        await duplicate.CloseAsync();

        copy.Lost = true;
        await using var next = await server.OpenAsync(copy);

        Assert.Equal((StashStatus.Recovered, 5), await StateAsync(next));
    }

    private static StashWrite Unseen(StashOpenResult saved) => new()
    {
        Epoch = saved.Epoch,
        BaseVersion = saved.Version,
        Replace = false,
        Changed = [new(Counter.Entry<TabCounter>("Count", "a", StashScope.Tab), "5"u8.ToArray()), new(Counter.Entry<TabCounter>("Note", "a", StashScope.Tab), "\"unseen\""u8.ToArray())],
        Terms = new(TimeSpan.FromMinutes(30)),
    };

    private static async Task<(StashStatus Status, int Count)> StateAsync(TestCircuit circuit, string? key = null)
    {
        var counter = await circuit.AddAsync<TabCounter>(key);
        return (counter.Status, counter.Count);
    }
}
