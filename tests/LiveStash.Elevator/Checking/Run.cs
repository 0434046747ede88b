using LiveStash.Browser.Tests.Browsing;
using LiveStash.Elevator.Actors;
using LiveStash.Elevator.Faults;
using LiveStash.Elevator.Promises;
using LiveStash.Elevator.World;

namespace LiveStash.Elevator.Checking;

/// <summary>One run: a cluster, tabs, and one fault after the other.</summary>
/// <param name="setup">The configuration.</param>
/// <param name="schedule">The faults.</param>
/// <param name="tabCount">How many tabs.</param>
/// <param name="visitorCount">How many tabs without a browser beside them.</param>
/// <param name="seed">Of what the tabs do.</param>
/// <param name="say">Prints a line.</param>
internal sealed class Run(Setup setup, IReadOnlyList<Fault> schedule, int tabCount, int visitorCount, int seed, Action<string> say)
{
    /// <summary>In milliseconds; a tab that is gone for longer has its story told.</summary>
    private const double LongGone = 15_000;

    /// <summary>The first page of a server takes long on a busy machine.</summary>
    private static readonly TimeSpan OpenPatience = TimeSpan.FromSeconds(40);

    private readonly Random _random = new(seed);

    public List<FaultResult> Results { get; } = [];

    public List<Tab> Tabs { get; } = [];

    /// <summary>The tabs, and those without a browser.</summary>
    public List<Actor> Actors { get; } = [];

    public IReadOnlyList<(string Node, IReadOnlyList<string> Lines, int Restarts)> Logs { get; private set; } = [];

    public byte[] Picture { get; private set; } = [];

    /// <summary>Makes the faults of the schedule.</summary>
    /// <param name="atMost">When that is over, those that were not made yet are left out; the first one is made.</param>
    public async Task RunAsync(TimeSpan atMost)
    {
        var chromium = new ChromiumFixture();
        await chromium.InitializeAsync();
        try
        {
            await using var cluster = await Cluster.StartAsync(setup, schedule.Any(static fault => fault.Kind is FaultKind.ClockAhead or FaultKind.ClockBehind));
            try
            {
                await OpenTabsAsync(chromium, cluster);
                var maker = new FaultMaker(cluster, Tabs);
                var ledger = new Ledger(Actors);
                var started = TimeProvider.System.GetTimestamp();
                foreach (var fault in schedule.TakeWhile((_, made) => made == 0 || TimeProvider.System.GetElapsedTime(started) < atMost))
                {
                    Results.Add(await MakeAsync(maker, ledger, fault));
                    Say(Results[^1]);
                }

                Picture = await Tabs[0].PictureAsync();
                await Task.WhenAll(Actors.Select(static actor => actor.StopTypingAsync()));
                if (ledger.Close() is { } rest && !rest.IsKept(true))
                {
                    Results.Add(new(new(FaultKind.None, 0, default), Results[^1].IsPromised, Now, Now, rest));
                    Say(Results[^1]);
                }
            }
            finally
            {
                Logs = [.. cluster.Nodes.Select(static node => (node.Name, node.Log.Lines, node.Restarts))];
                await Task.WhenAll(Actors.Select(static actor => actor.DisposeAsync().AsTask()));
            }
        }
        finally
        {
            await chromium.DisposeAsync();
        }
    }

    private static double Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task OpenTabsAsync(ChromiumFixture chromium, Cluster cluster)
    {
        for (var i = 0; i < tabCount; i++)
        {
            var tab = new Tab($"tab{i:00}", cluster.Port, _random.Next());
            Tabs.Add(tab);
            Actors.Add(tab);
            await tab.OpenAsync(chromium.Browser, setup.Path);
            await UntilAsync([tab], static tab => tab.Screen.IsInteractive, OpenPatience);
            tab.StartTyping();
        }

        var page = new Uri($"http://127.0.0.1:{cluster.Port}{setup.Path}");
        var visitors = Enumerable.Range(0, visitorCount).Select(i => new Visitor($"visitor{i:0000}", page, _random.Next())).ToArray();
        Actors.AddRange(visitors);
        await Parallel.ForEachAsync(visitors, static async (visitor, _) => await visitor.OpenAsync());
        Array.ForEach(visitors, static visitor => visitor.StartTyping());
        await UntilAsync(Actors, static actor => actor.Look(static (history, _) => history.Acknowledged > 2));
        say($"{tabCount} tabs{(visitorCount > 0 ? $", and {visitorCount} without a browser," : "")} type in {setup.Name}: {cluster.Webs.Count} web servers{(cluster.Silos.Count > 0 ? $", {cluster.Silos.Count} silos" : " with a silo each")}, {setup.Store}, {setup.Durability}, engine {setup.Engine}.");
    }

    private async Task<FaultResult> MakeAsync(FaultMaker maker, Ledger ledger, Fault fault)
    {
        var from = Now;
        List<string> problems = [];
        try
        {
            var reloading = setup.IsOurs && !fault.IsOfATab ? ReloadSomeAsync() : Task.CompletedTask;
            var making = maker.MakeAsync(fault);
            await Task.WhenAll(making, reloading);
            if (await making is { } problem)
            {
                problems.Add(problem);
            }
        }
        catch (Exception exception)
        {
            problems.Add($"{fault.Kind} could not be made, or the nodes did not come back: {exception.Message}");
        }

        foreach (var actor in await SettleAsync())
        {
            problems.Add($"{actor.Name} was not told within {setup.Patience.TotalSeconds:0} s that anything typed after the fault is saved; it is {(actor.Screen.IsInteractive ? "interactive" : "not interactive")}{(actor.Screen.IsAway ? " and away" : "")}, status {actor.Screen.Status}. It reads: {await actor.ReadAsync()}");
            await actor.ReloadAsync(); // as its user would
            await UntilAsync([actor], static actor => actor.Screen.IsInteractive, OpenPatience); // what is lost is this fault's
        }

        var to = Now;
        await Task.Delay(_random.Next(300, 1500));
        var tally = ledger.Close();
        return new(fault, setup.Promises(fault), from, to, tally)
        {
            Gone = [.. Actors.Select(actor => Times.LongestGone(actor.Screens, from, to)).Where(static gone => gone > 0)],
            Unsaved = [.. Actors.Select(actor => Times.LongestUnsaved(actor.Screens, from, to))],
            Problems = setup.IsOurs ? [.. problems, .. tally.Failures] : [],
        };
    }

    /// <summary>Half of the tabs are loaded again while the fault is on: a circuit that lives shows what is in its memory, and no stash.</summary>
    private Task ReloadSomeAsync()
    {
        var (chosen, wait) = (Actors.Where(_ => _random.Next(2) == 0).ToArray(), _random.Next(200, 2500));
        return ReloadAsync();

        async Task ReloadAsync()
        {
            await Task.Delay(wait);
            await Task.WhenAll(chosen.Select(static actor => actor.ReloadAsync()));
        }
    }

    /// <summary>Waits until each tab was told that something is saved that was typed after now. Answers with those that were not.</summary>
    private Task<List<Actor>> SettleAsync()
    {
        var typed = Actors.ToDictionary(static actor => actor, static actor => actor.Look(static (history, _) => history.LastTyped));
        return UntilAsync(Actors, actor => actor.Look((history, screen) => history.LastTold > typed[actor] && history.IsRight && screen.IsUsable));
    }

    private async Task<List<Actor>> UntilAsync(IEnumerable<Actor> actors, Func<Actor, bool> condition, TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        var left = actors.ToList();
        while (left.Count > 0 && TimeProvider.System.GetElapsedTime(started) < (patience ?? setup.Patience))
        {
            left.RemoveAll(actor => condition(actor));
            await Task.Delay(20);
        }

        return left;
    }

    private void Say(FaultResult result)
    {
        var verdict = result.IsKept ? result.Tally.Lost + result.Tally.Wrong > 0 ? $"{result.Tally.Lost} lost, {result.Tally.Wrong} wrong, as it may" : "kept" : $"BROKEN: {result.Tally.Lost} lost, {result.Tally.Wrong} wrong, {result.Tally.Foreign} foreign";
        var errors = result.Tally.ErrorPages > 0 ? $"{result.Tally.ErrorPages} x loaded again over an error of the proxy, " : "";
        say($"{Results.Count,4} {result.Fault,-32} {(result.To - result.From) / 1000,6:0.0} s  {result.Gone.Count,2} gone for {(result.Gone.Count == 0 ? 0 : result.Gone.Max() / 1000):0.0} s, unsaved for {result.Unsaved.Max() / 1000:0.0} s  {errors}{verdict}");
        if (result.Gone.Any(static gone => gone > LongGone))
        {
            var slowest = Actors.MaxBy(actor => Times.LongestGone(actor.Screens, result.From, result.To))!;
            say($"       {slowest.Name}: {Times.Story(slowest.Screens, result.From, result.To)}");
        }

        foreach (var problem in result.IsKept ? [] : result.Problems.Concat(result.Tally.What))
        {
            say($"       {problem}");
        }

        foreach (var actor in result.IsKept ? [] : Actors.Where(actor => result.Tally.What.Any(what => what.StartsWith(actor.Name, StringComparison.Ordinal))))
        {
            say($"       {actor.Name}: {Times.Story(actor.Screens, result.From, Now, withTexts: true)}");
        }
    }
}
