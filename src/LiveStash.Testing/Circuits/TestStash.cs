using LiveStash.Browser;
using LiveStash.Declaring;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Testing;

/// <summary>
/// A browser tab and what is saved for it, for tests of components with <c>[Stash]</c>. What happened before the page is said with
/// <see cref="Put{T}"/>, the faults of <see cref="Engine"/> and <see cref="Time"/>, before the first component is rendered; what a page
/// has saved is told by <see cref="ReadAsync{T}"/>. Used by one test at a time.
/// </summary>
public sealed class TestStash
{
    internal const string EngineName = "test";

    private readonly FakeBrowser _browser = new();
    private readonly List<SavedSlot> _before = [];
    private StartedCircuit? _circuit;

    internal TestStash()
    {
        Time = new(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));

        // How much fits is for the page to say, by the options of its app.
        Engine = new(Time, new() { MaxStashBytes = int.MaxValue, MaxStashEntries = int.MaxValue });
    }

    /// <summary>The clock, which stands still until a test moves it: of expiry, and of the app where it has registered no other.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>Where the stash lives, with faults on demand.</summary>
    public FaultyStashEngine Engine { get; }

    /// <summary>
    /// Whether the user has opened the page anew, with F5 for example, so that only the scope <see cref="StashScope.Tab"/> comes
    /// back. Default <see langword="false"/>: a page for which something is saved comes back from a loss.
    /// </summary>
    public bool IsReload { get; set; }

    /// <summary>Says what was saved before, by a page that was lost. Called before the first component is rendered.</summary>
    /// <typeparam name="T">The component or service with the <c>[Stash]</c> properties.</typeparam>
    /// <param name="values">An object with a property for each that was saved, of its name and type: <c>new { Email = "ada@example.com" }</c>.</param>
    /// <param name="key">What tells this instance apart, where several have keys: the value of its <c>[StashKey]</c> or of its route; several with <c>/</c> between.</param>
    /// <exception cref="ArgumentException">A value has no <c>[Stash]</c> property of its name, or is of another type.</exception>
    /// <exception cref="InvalidOperationException">A page was started already.</exception>
    public void Put<T>(object values, string? key = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(values);
        if (_circuit is not null)
        {
            throw new InvalidOperationException("What was saved before is said before the first component is rendered. What a page saves is in the stash by itself.");
        }

        _before.Add(new(StashPlan.For(typeof(T)), values, key, Time.GetUtcNow(), Engine.Losses));
    }

    /// <summary>What is saved now, after <see cref="SettleAsync"/>: by the name of its property, as it would be recovered.</summary>
    /// <typeparam name="T">The component or service with the <c>[Stash]</c> properties.</typeparam>
    /// <param name="key">See <see cref="Put{T}"/>.</param>
    /// <returns>Empty where nothing is saved.</returns>
    public async Task<IReadOnlyDictionary<string, object?>> ReadAsync<T>(string? key = null)
        where T : class
    {
        var circuit = Circuit;
        await SettleAsync().ConfigureAwait(false);
        if (_browser.Tag(EngineName) is not { } tag || !Tags.TryUnprotect(tag, SessionKey, out var id))
        {
            return new Dictionary<string, object?>();
        }

        var saved = await Engine.PeekAsync(id.BindTo(SessionKey)).ConfigureAwait(false);
        return SavedSlot.Read(StashPlan.For(typeof(T)), key, saved.Entries, circuit.Serializer);
    }

    /// <summary>
    /// Has the page do now what it does by and by: find what has changed, save it, and try again what its engine did not answer. Not
    /// needed after an event, whose changes are saved by themselves, but to wait for that; and after an engine is there again.
    /// </summary>
    /// <exception cref="InvalidOperationException">No page was started.</exception>
    public Task SettleAsync() => Circuit.SettleAsync(waits: Engine.Gate is not { Task.IsCompleted: false });

    /// <summary>
    /// Ends the page's circuit, as a server does that gives a lost connection up. Its components save nothing any more. The page that
    /// comes back is of another container, which gets this stash: <c>AddLiveStashTesting(stash)</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">No page was started.</exception>
    public Task LoseCircuitAsync() => Circuit.EndAsync();

    internal static string SessionKey => "user:test:1";

    internal StashTags Tags { get; } = new(new EphemeralDataProtectionProvider());

    private StartedCircuit Circuit => _circuit ?? throw new InvalidOperationException("No component has been rendered, so no page was started.");

    internal FakePage OpenPage() => new(_browser) { AnswersAtOnce = true };

    /// <summary>A circuit begins: what was said to be saved before is, from now on.</summary>
    internal void Begin(StartedCircuit circuit, TimeSpan timeToLive, bool isScopeOpen)
    {
        if (_circuit is null && _before.Count > 0)
        {
            var id = StashId.New();
            var there = _before.Where(slot => slot.Losses == Engine.Losses && Time.GetUtcNow() < slot.At + timeToLive).ToArray();
            if (there.Length > 0)
            {
                StashEntry[] entries = [.. there.SelectMany(slot => slot.Entries(circuit.Serializer, isScopeOpen)).GroupBy(static entry => entry.Name).Select(static same => same.Last())];
                Engine.PutAsync(id.BindTo(SessionKey), new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = entries, Terms = new(timeToLive) }).AsTask().GetAwaiter().GetResult();
            }

            _browser.PutTag(Tags.Protect(id, SessionKey), EngineName);
        }

        _browser.Lost = !IsReload && _browser.Tag(EngineName) is not null;
        _circuit = circuit;
    }
}
