using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Watching;

public sealed class LogTests
{
    [Theory]
    [InlineData("memory")]
    [InlineData("browser")]
    [InlineData("memory+browser")]
    public async Task AnyLine_OfAWholeScenario_HoldsNoPayloadTagOrId(string engine)
    {
        const string Secret = "correct-horse-battery";
        await using var server = new TestServer(builder => builder
            .AddBrowserEngine(StashTokenProtection.Sign).AddBrowserFallback(StashEngineNames.Memory).UseEngine(engine));
        var browser = new FakeBrowser();
        var secrets = new HashSet<string> { Secret, "user:test:1" };
        void Note()
        {
            secrets.UnionWith(server.Engine.Calls.Select(call => call.Id.ToString()));
            secrets.UnionWith(browser.Storage.Where(pair => pair.Key.Contains(":tag:", StringComparison.Ordinal)).Select(pair => pair.Value));
            secrets.UnionWith(browser.StateKeys.Select(key => key.Split(':')[^1]));
            secrets.UnionWith(browser.StateKeys.Select(key => browser.Storage[key].Split('.', 2)[1]));
        }

        await using (var circuit = await server.OpenAsync(browser))
        {
            var counter = await circuit.AddAsync<Counter>();
            counter.Note = Secret;
            await counter.SetAsync(1);
            await circuit.SettleAsync();
            Note();

            // Lost, unreachable, throwing, too large, superseded.
            server.Engine.LoseEverything();
            await counter.SetAsync(2);
            server.Engine.IsUnavailable = true;
            await counter.SetAsync(3);
            server.Engine.Throws = new TimeoutException("The store is away.");
            await counter.SetAsync(4);
            (server.Engine.Throws, server.Engine.IsUnavailable) = (null, false);
            counter.Note = string.Concat(Enumerable.Repeat(Secret, 20_000));
            await counter.SaveAsync();
            counter.Note = Secret;
            await counter.SaveAsync();
            await circuit.SettleAsync();
            Note();
            await using (await server.OpenAsync(browser.Duplicate(isNoticed: false)))
            {
                await counter.SetAsync(5);
            }

            server.Time.Advance(LiveStashOptions.DefaultTimeToLive / 4);
            await circuit.SettleAsync();
            Note();
        }

        // A tag and a copy of another key ring.
        browser.Lost = true;
        await using (var stranger = server.RestartWithoutKeys())
        {
            await using var circuit = await stranger.OpenAsync(browser);
            Note();
            await (await circuit.AddAsync<Counter>()).SetAsync(6);
        }

        browser.PutTag(Secret, engine);
        browser.Lost = true;
        await using (var circuit = await server.OpenAsync(browser))
        {
            await circuit.AddAsync<Counter>();
        }

        Note();
        Assert.NotEmpty(server.Logs.Lines);
        Assert.True(secrets.Count > 4, "The scenario has made no tag and no id.");
        foreach (var line in server.Logs.Lines)
        {
            Assert.All(secrets, secret => Assert.False(line.Text.Contains(secret, StringComparison.Ordinal), $"{line.Category} {line.Id}: {line.Text}"));
        }
    }
}
