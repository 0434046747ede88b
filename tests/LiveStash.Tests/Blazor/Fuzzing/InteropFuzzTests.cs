using System.Text;
using System.Text.Json;
using LiveStash.Browser;
using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Tests.Fuzzing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace LiveStash.Tests.Blazor.Fuzzing;

/// <summary>
/// What a script answers that is not ours, on the page of a user who knows all that the browser of another one holds: the page
/// starts and works, recovers nothing, and no layer throws.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class InteropFuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int InputsPerServer = 100;
    private const int Secret = 77_777;
    private const int MaxDepth = 3000;
    private const string Thief = "user:thief";

    // Where a layer reports an exception that another one should have expected: StashClient, StashSession, CircuitWork.
    private static readonly int[] Escapes = [1100, 1200, 1300];

    private static readonly string[] Engines = [StashEngineNames.Memory, StashEngineNames.Browser, StashEngineNames.Memory + StashEngineNames.BrowserFallbackSuffix];

    private readonly FakeBrowser _victim = new();
    private TestServer _server = Server();
    private Dictionary<string, string[]> _true = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public Task AnyCall_AnySpoiledOrForeignAnswer_NoException_NoneRecovers_Bounded() => new FuzzRun(FuzzKind.Interop, output).EachAsync(MakeAsync);

    private async Task<FuzzCase> MakeAsync(Random random, int number)
    {
        if (_true.Count == 0 || number % InputsPerServer == 0)
        {
            await _server.DisposeAsync();
            _server = Server();
            await SaveForVictimAsync();
        }

        var engine = Engines[random.Next(Engines.Length)];
        var answers = new Dictionary<string, (bool Succeeds, string Json)>();
        var script = new HostileScript
        {
            Answer = function => answers.TryGetValue(function, out var answer) ? answer : answers[function] = Answer(random, engine, function),
            Stream = Encoding.Latin1.GetBytes(Mutator.Spoil(random, Token(engine), Token(engine), 2_000_000).Text),
        };
        Counter? counter = null;
        TestCircuit? circuit = null;
        var status = StashStatus.New;
        var logged = _server.Logs.Lines.Count;
        return new(
            engine,
            new Shown(answers),
            async () =>
            {
                await using (circuit = await _server.OpenAsync(new(), context => (context.SessionKey, context.Uri) = (Thief, $"https://shop.example/{engine}"), page => page.Script = script))
                {
                    counter = await circuit.AddAsync<TabCounter>();
                    status = counter.Status;
                    await counter.SetAsync(counter.Count + 1);
                    await counter.ResetAsync();
                }
            },
            () =>
            {
                var escaped = _server.Logs.Lines.Skip(logged).Where(line => Escapes.Contains(line.Id)).Select(line => line.Text).FirstOrDefault();
                return escaped is not null ? $"an exception went through a layer: {escaped}"
                    : circuit!.Renderer.Errors.Count > 0 ? $"the page would have ended: {circuit.Renderer.Errors[0]}"
                    : counter!.Count == 1 && counter.Note is null && status != StashStatus.Recovered ? null
                    : $"the count is {counter.Count}, the status {status}";
            });
    }

    /// <summary>What the victim's browser answers, or that spoiled, or something else.</summary>
    private (bool Succeeds, string Json) Answer(Random random, string engine, string function)
    {
        if (function == "LiveStash.streamState")
        {
            return (random.Next(10) > 0, random.Next(3) switch
            {
                0 => HostileScript.StreamJson(Mutator.Number(random)),
                1 => Anything(random),
                _ => HostileScript.StreamJson(random.Next(5000)),
            });
        }

        var known = _true.GetValueOrDefault($"{engine} {function}") ?? ["true"];
        var valid = known[random.Next(known.Length)];
        return random.Next(6) switch
        {
            0 or 1 => (true, valid),
            2 => (random.Next(2) == 0, Anything(random)),
            _ => (random.Next(20) > 0, Mutator.Spoil(random, valid, known[0], 200_000).Text),
        };
    }

    private static string Anything(Random random) => random.Next(14) switch
    {
        0 => "null",
        1 => "true",
        2 => "false",
        3 => $"{Mutator.Number(random)}",
        4 => "1e400",
        5 => "\"\"",
        6 => "[]",
        7 => "{}",
        8 => JsonSerializer.Serialize(Mutator.Text(random, "AB\0é\uFFFF\"\\", random.Next(40_000))),
        9 => Mutator.NestedJson(random, MaxDepth),
        10 => "{\"__dotNetObject\":1}",
        11 => "{\"__byte[]\":0}",
        12 => "{\"$type\":\"System.Object\",\"tags\":{\"$type\":\"System.String\"},\"token\":[],\"length\":{}}",
        _ => $$"""{"tags":["{{Mutator.Text(random, "AZaz09-_", random.Next(700))}}",null],"owed":"{{Mutator.Text(random, "af09,*", random.Next(700))}}","lost":true,"token":"{{Mutator.Text(random, "AZaz09-_~", random.Next(20_000))}}","length":{{random.Next(2_000_000)}}}""",
    };

    private async Task SaveForVictimAsync()
    {
        _true = [];
        foreach (var engine in Engines)
        {
            await using var circuit = await _server.OpenAsync(_victim, context => context.Uri = $"https://shop.example/{engine}");
            var counter = await circuit.AddAsync<TabCounter>();
            counter.Note = "secret";
            Assert.True((await counter.SetAsync(Secret)).IsSaved);
            if (engine != StashEngineNames.Memory)
            {
                await circuit.UntilAsync(() => _victim.StateKeys.Any(key => key.StartsWith($"livestash:state:{engine}:", StringComparison.Ordinal)), "the browser has the state");
            }

            var tag = JsonSerializer.Serialize(_victim.Tag(engine));

            // The state that the browser has is asked for only with a tag that can be read.
            var own = JsonSerializer.Serialize(_server.Services.GetRequiredService<StashTags>().Protect(StashId.New(), Thief));
            _true[$"{engine} LiveStash.greet"] =
            [
                $$"""{"tags":[{{own}}],"tagTooLong":false,"lost":true,"duplicate":false}""",
                $$"""{"tags":[{{own}}],"tagTooLong":false,"lost":false,"duplicate":true}""",
                $$"""{"tags":[{{own}},{{tag}}],"tagTooLong":false,"lost":true,"duplicate":false}""",
                $$"""{"tags":[{{tag}}],"tagTooLong":false,"lost":false,"duplicate":true}""",
                """{"tags":null,"tagTooLong":false,"lost":true,"duplicate":false}""",
            ];
            _true[$"{engine} LiveStash.loadState"] =
            [
                $$"""{"token":{{JsonSerializer.Serialize(Token(engine))}},"length":{{Token(engine).Length}}}""",
                """{"token":null,"length":20000}""",
            ];
            _true[$"{engine} LiveStash.saveState"] = ["\"saved\"", "\"superseded\"", "\"full\""];
        }

    }

    private string Token(string engine) =>
        _victim.Storage.FirstOrDefault(pair => pair.Key.StartsWith($"livestash:state:{engine}:", StringComparison.Ordinal)).Value?.Split('.', 2)[1] ?? "none";

    private static TestServer Server() => new(builder => builder
        .AddBrowserEngine(StashTokenProtection.Encrypt)
        .AddBrowserFallback(StashEngineNames.Memory)
        .ConfigureCircuit((circuit, uri) => circuit.Engine = uri.AbsolutePath.Trim('/') is { Length: > 0 } engine ? engine : StashEngineNames.Memory));

    private sealed record Shown(Dictionary<string, (bool Succeeds, string Json)> Answers)
    {
        public override string ToString() => string.Join("\n  ", Answers.Select(answer => $"{answer.Key}: {answer.Value}"));
    }
}
