using System.Buffers;
using LiveStash.Saving;
using LiveStash.Serialization;
using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Watching;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace LiveStash.Tests.Blazor.Saving;

/// <summary>Values that cannot be kept, and what the others cost.</summary>
public sealed class LimitsTests : IAsyncLifetime
{
    private readonly CountingSerializer _serializer = new();
    private readonly FakeBrowser _browser = new();
    private TestServer _server = default!;

    public Task InitializeAsync()
    {
        _server = new(services: services => services.AddSingleton<IStashSerializer>(_serializer));
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Value_OverTheLimitAndASaveSignOnThePage_IsTriedOnceAndNeverReachesTheEngine()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<Page>();
        var told = 0;
        circuit.Stash.Saved += result =>
        {
            told++;

            // The sign renders, and the browser acknowledges that.
            _ = circuit.AcknowledgeAsync();
        };
        await circuit.DoAsync(() => page.Text = new string('x', 300 * 1024));
        for (var i = 0; i < 20; i++)
        {
            await circuit.AcknowledgeAsync();
            _server.Time.Advance(TimeSpan.FromSeconds(1));
            await circuit.SettleAsync();
        }

        Assert.Equal((1, StashOutcome.TooLarge), (told, circuit.Saves[^1].Outcome));
        Assert.Empty(_server.Engine.Writes);
        Assert.True(circuit.Stash.HasUnsavedChanges);

        await circuit.DoAsync(() => page.Text = "short");
        await circuit.SettleAsync();
        Assert.False(circuit.Stash.HasUnsavedChanges);
        Assert.Single(_server.Engine.Writes);
    }

    [Fact]
    public async Task Value_OverTheLimitBesideOthersThatFit_OneLogLineSaysSo()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<Page>();
        await circuit.DoAsync(() => (page.Text, page.Ratio) = (new string('x', 300 * 1024), 1));
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();

        Assert.Single(_server.Engine.Writes);
        Assert.Contains("TooLarge", Assert.Single(_server.Logs.WithId(1203)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Event_KeyPressedBesideAThousandRows_TheRowsAreSerializedOnceAndNotWritten()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<Page>();
        await circuit.DoAsync(() => page.Rows.AddRange(Enumerable.Range(0, 1000)));
        await circuit.SettleAsync();
        _serializer.Counts.Clear();
        _server.Engine.ForgetCalls();

        await circuit.DoAsync(() => page.Text = "k");
        await circuit.SettleAsync();

        Assert.Equal(["Text"], _server.Engine.Writes.Single().Changed.Select(static entry => entry.Name.Split('/')[^1]));

        // Once after the event, once when the answer is announced; what cannot change in place never.
        Assert.Equal((2, 1, false), (_serializer.Counts[typeof(List<int>)], _serializer.Counts[typeof(string)], _serializer.Counts.ContainsKey(typeof(double))));
    }

    /// <summary>Each look finds another value, also the one when an answer is announced.</summary>
    [Fact]
    public async Task Value_ThatIsAnotherEachTimeItIsLookedAt_IsNotSavedWithoutEnd()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<TickingPage>();
        await circuit.SettleAsync();
        _server.Engine.ForgetCalls();
        await circuit.DoAsync(() => page.Model.Name = "x");
        _server.Time.Advance(StashSaver.Pace);
        await circuit.SettleAsync();
        Assert.InRange(_server.Engine.Writes.Count, 1, 2);
        Assert.True(circuit.Stash.HasUnsavedChanges);

        // Also where somebody waits.
        _server.Engine.ForgetCalls();
        Assert.True((await circuit.DoAsync(circuit.Stash.StashAsync)).IsSaved);
        await circuit.SettleAsync();
        Assert.InRange(_server.Engine.Writes.Count, 1, 2);

        // And it goes on being saved, with the looks.
        _server.Engine.ForgetCalls();
        _server.Time.Advance(StashSession.LookPeriod);
        await circuit.SettleAsync();
        Assert.InRange(_server.Engine.Writes.Count, 1, 2);
    }

    /// <summary>The sign renders, and the browser acknowledges that, after which there is a look as after any event.</summary>
    [Fact]
    public async Task Value_ThatIsAnotherEachTimeItIsLookedAtAndASaveSignOnThePage_IsSavedOnceASecondAtMost()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<TickingPage>();
        circuit.Stash.Saved += result => _ = circuit.AcknowledgeAsync();
        await circuit.DoAsync(() => page.Model.Name = "x");
        await circuit.SettleAsync();
        Assert.InRange(_server.Engine.Writes.Count, 1, 3);

        for (var i = 0; i < 3; i++)
        {
            _server.Engine.ForgetCalls();
            await circuit.DoAsync(() => page.Model.Name += "y");
            _server.Time.Advance(StashSaver.Pace);
            await circuit.SettleAsync();
            Assert.Contains(page.Model.Name, System.Text.Encoding.UTF8.GetString(Assert.Single(_server.Engine.Writes).Changed.Single().Value.Span), StringComparison.Ordinal);
        }

        // What goes with it is not held up.
        _server.Engine.ForgetCalls();
        await circuit.DoAsync(() => page.Other = 1);
        await circuit.SettleAsync();
        Assert.Equal(2, Assert.Single(_server.Engine.Writes).Changed.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Value_ChangedByTheWayWhileAWriteIsUnderWay_IsUnsavedUntilTheNextLookOrSavedWithWhatIsWaitedFor(bool isWaitedFor)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<Page>();
        var unsaved = new List<bool>();
        circuit.Stash.Saved += _ => unsaved.Add(circuit.Stash.HasUnsavedChanges);
        var gate = _server.Engine.Gate = new();
        if (isWaitedFor)
        {
            await circuit.BackgroundAsync(() =>
            {
                page.Text = "a";
                _ = circuit.Session.FlushAsync();
            });
        }
        else
        {
            await circuit.DoAsync(() => page.Text = "a");
        }

        await circuit.UntilAsync(() => _server.Engine.Writes.Count == 1, "the write");
        await circuit.BackgroundAsync(() => page.Text = "b");
        gate.SetResult();
        await circuit.UntilAsync(() => unsaved.Count > 0, "the answer");
        Assert.True(unsaved[0]);
        Assert.Equal(isWaitedFor ? 2 : 1, _server.Engine.Writes.Count);

        _server.Time.Advance(StashSession.LookPeriod);
        await circuit.SettleAsync();
        Assert.Equal(2, _server.Engine.Writes.Count);
        Assert.False(circuit.Stash.HasUnsavedChanges);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public async Task Double_ThatIsNoNumber_IsSavedAndComesBack(double value)
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var page = await before.AddAsync<Page>();
            await before.DoAsync(() => page.Ratio = value);
            await before.SettleAsync();
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(value, (await circuit.AddAsync<Page>()).Ratio);
    }

    [Fact]
    public async Task Entity_WithANavigationCycle_OneLogLineAndTheOthersAreSaved()
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var page = await circuit.AddAsync<Page>();
        await circuit.DoAsync(() =>
        {
            page.Customer.Orders.Add(new() { Customer = page.Customer });
            page.Text = "beside it";
        });
        for (var i = 0; i < 10; i++)
        {
            await circuit.AcknowledgeAsync();
        }

        await circuit.SettleAsync();
        Assert.Empty(circuit.Renderer.Errors);
        Assert.Equal(["Text"], _server.Engine.Writes.Single().Changed.Select(static entry => entry.Name.Split('/')[^1]));
        Assert.Contains("Customer", Assert.Single(_server.Logs.WithId(1201)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Property_ThatCannotBeReadBack_IsFoundWhenItsTypeIsFirstSeen(bool isDevelopment)
    {
        await using var server = new TestServer(services: services =>
        {
            if (isDevelopment)
            {
                services.AddSingleton<IHostEnvironment>(new TestServer.HostEnvironment { EnvironmentName = Environments.Development });
            }
        });
        await using var circuit = await server.OpenAsync(_browser);
        await circuit.ChangeAsync(children => children.Add(TestCircuit.Child<Unreadable>(null)));
        await circuit.ChangeAsync(children => children.Add(TestCircuit.Child<Unreadable>(null)));

        if (isDevelopment)
        {
            Assert.All(circuit.Renderer.Errors, error => Assert.Contains("Unreadable.Any could be saved but not read back", error.Message, StringComparison.Ordinal));
            Assert.NotEmpty(circuit.Renderer.Errors);
        }
        else
        {
            Assert.Empty(circuit.Renderer.Errors);
            Assert.Equal(["Any", "Comparable", "Nested"], server.Logs.WithId(1800).Select(line => line.Text.Split("Unreadable.")[1].Split(' ')[0]).Order());
        }
    }

    public class Page : ComponentBase
    {
        [Stash]
        public string Text { get; set; } = "";

        [Stash]
        public double Ratio { get; set; }

        [Stash]
        public List<int> Rows { get; set; } = [];

        [Stash]
        public Customer Customer { get; set; } = new();
    }

    public class TickingPage : ComponentBase
    {
        [Stash]
        public Ticking Model { get; set; } = new();

        [Stash]
        public int Other { get; set; }
    }

    public sealed class Ticking
    {
        private int _looks;

        public string Name { get; set; } = "";

        public int Looks => ++_looks;
    }

    public class Unreadable : ComponentBase
    {
        [Stash]
        public object? Any { get; set; }

        [Stash]
        public IComparable? Comparable { get; set; }

        [Stash]
        public List<Wrapper> Nested { get; set; } = [];

        [Stash]
        public IReadOnlyDictionary<string, IReadOnlyList<int>>? Readable { get; set; }
    }

    public sealed record Wrapper(IFormattable Value);

    public sealed class Customer
    {
        public List<Order> Orders { get; set; } = [];
    }

    public sealed class Order
    {
        public Customer? Customer { get; set; }
    }

    internal sealed class CountingSerializer : IStashSerializer
    {
        private readonly JsonStashSerializer _inner = new(Microsoft.Extensions.Options.Options.Create(new LiveStashOptions()));

        public Dictionary<Type, int> Counts { get; } = [];

        public void Serialize<T>(IBufferWriter<byte> writer, T value)
        {
            Counts[typeof(T)] = Counts.GetValueOrDefault(typeof(T)) + 1;
            _inner.Serialize(writer, value);
        }

        public T? Deserialize<T>(ReadOnlySpan<byte> bytes) => _inner.Deserialize<T>(bytes);
    }
}
