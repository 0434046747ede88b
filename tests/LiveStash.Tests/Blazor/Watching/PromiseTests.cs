using System.Globalization;
using System.Text;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Watching;

/// <summary>
/// The promise itself, on random scenarios: what the page was told is saved is there again; what it was not told may be.
/// Circuits that were left behind go on running, with their retries, as they do on a real server.
/// </summary>
public sealed class PromiseTests
{
    private const int Seed = 20310203;

    [Theory]
    [InlineData("memory", 300, false)]
    [InlineData("memory", 300, true)]
    [InlineData("memory+browser", 300, false)]
    [InlineData("memory+browser", 300, true)]
    [InlineData("browser", 200, true)]
    public async Task AnyScenario_WhatThePageWasToldIsSaved_IsThereAgain(string engine, int scenarios, bool isAutomatic)
    {
        for (var scenario = 0; scenario < scenarios; scenario++)
        {
            await using var run = new Run(engine, new Random(Seed + scenario), isAutomatic);
            try
            {
                await run.PlayAsync();
            }
            catch (Exception exception)
            {
                Assert.Fail($"Scenario {scenario} of {engine}:\n{run.Story}\n{exception}");
            }
        }
    }

    private sealed class Run : IAsyncDisposable
    {
        private readonly TestServer _server;
        private readonly FakeBrowser _browser = new();
        private readonly string _engine;
        private readonly Random _random;
        private readonly bool _isAutomatic;
        private readonly HashSet<int> _possible = [0];
        private readonly List<TestCircuit> _circuits = [];
        private TestCircuit _circuit = null!;
        private Counter _counter = null!;
        private int _next = 1;
        private bool _resetAsked;

        public Run(string engine, Random random, bool isAutomatic)
        {
            (_engine, _random, _isAutomatic) = (engine, random, isAutomatic);
            _server = new(
                builder => builder.AddBrowserEngine(StashTokenProtection.Encrypt).AddBrowserFallback(StashEngineNames.Memory).UseEngine(engine),
                options => options.TimeToLive = TimeSpan.FromMinutes(40));
        }

        public StringBuilder Story { get; } = new();

        private bool HasFaults => _server.Engine.IsUnavailable || _server.Engine.LosesAnswers;

        public async Task PlayAsync()
        {
            await OpenAsync();
            for (var step = 0; step < 30; step++)
            {
                await StepAsync(_random.Next(12));
            }

            // In the end all is well again, and then it has to be exact.
            await HealAsync();
            _resetAsked = false;
            Assert.True((await InTimeAsync(_counter.SaveAsync())).IsSaved);
            Told(_counter.Count);
            await ReopenAsync();
            Assert.Equal(_possible.Single(), _counter.Count);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var circuit in _circuits)
            {
                circuit.Page.IsGone = true;
                await circuit.DisposeAsync();
            }

            await _server.DisposeAsync();
        }

        private async Task StepAsync(int step)
        {
            switch (step)
            {
                case < 4:
                    // Often back to a value that was there before.
                    await SetAsync(_random.Next(2) == 0 ? _possible.ElementAt(_random.Next(_possible.Count)) : _next++);
                    break;
                case 4:
                    Tell($"unavailable {_server.Engine.IsUnavailable = !_server.Engine.IsUnavailable}");
                    break;
                case 5:
                    Tell($"loses answers {_server.Engine.LosesAnswers = !_server.Engine.LosesAnswers}");
                    break;
                case 6:
                    Tell("time");
                    await AdvanceAsync(TimeSpan.FromSeconds(_random.Next(1, 10)));
                    break;
                case 7:
                    await ResetAsync();
                    break;
                case 8:
                    await ReopenAsync();
                    break;
                case 9:
                    Tell("navigate");
                    _possible.Add(_counter.Count);
                    await UseAsync(_random.Next(2) == 0 ? await ReplaceAsync() : await RemountAsync());
                    break;
                case 10 when _engine == "memory+browser" && !HasFaults:
                    Tell("engine lost");
                    await _circuit.SettleAsync();
                    _server.Engine.LoseEverything();
                    break;
                case 11 when !HasFaults:
                    Tell("a quarter of the time to live");
                    await AdvanceAsync(TimeSpan.FromMinutes(10));
                    break;
                default:
                    break;
            }
        }

        private async Task SetAsync(int value)
        {
            _possible.Add(value);
            _resetAsked = false;
            if (_isAutomatic)
            {
                // An event of the page; nobody waits, and the page is told by Saved.
                await _circuit.DoAsync(() => _counter.Show(value));
                await _circuit.SettleAsync();
                Tell($"show {value}");
                return;
            }

            var result = await InTimeAsync(_counter.SetAsync(value));
            Tell($"set {value}: {result.Outcome}");
            if (result.IsSaved)
            {
                Told(value);
            }
        }

        private async Task ResetAsync()
        {
            // What the component still shows is saved again by a later call only.
            _resetAsked = true;
            var result = await InTimeAsync(_counter.ResetAsync());
            Tell($"reset: {result.Outcome}");
            _possible.Add(0);
            if (result.IsSaved)
            {
                Told(0);
            }
        }

        private async Task<Counter> ReplaceAsync() =>
            _isAutomatic ? await _circuit.ReplaceAsync<AutoTabCounter>(_counter) : await _circuit.ReplaceAsync<TabCounter>(_counter);

        private async Task<Counter> RemountAsync()
        {
            await _circuit.RemoveAsync(_counter);
            return await AddAsync(_circuit);
        }

        private async Task<Counter> AddAsync(TestCircuit circuit) => _isAutomatic ? await circuit.AddAsync<AutoTabCounter>() : await circuit.AddAsync<TabCounter>();

        private async Task OpenAsync()
        {
            var circuit = _server.Create(_browser);
            _circuits.Add(circuit);
            await circuit.StartAsync();
            _circuit = circuit;
            circuit.Stash.Saved += result =>
            {
                // A retry in the background; those of a circuit that was left behind are told to nobody.
                if (result.IsSaved && result.Written && circuit == _circuit && !_resetAsked && !circuit.Stash.HasUnsavedChanges)
                {
                    Told(_counter.Count);
                    Tell($"saved {_counter.Count}");
                }
            };
            await UseAsync(await AddAsync(circuit));
        }

        private async Task UseAsync(Counter counter)
        {
            _counter = counter;
            await _circuit.SettleAsync();
            Tell($"shows {counter.Count}, {counter.Status}");
            if (counter.Status != StashStatus.Error && !HasFaults)
            {
                AssertPossible();
            }
        }

        private async Task ReopenAsync()
        {
            var kind = _random.Next(3);
            Tell(kind switch { 0 => "reload", 1 => "reload, circuit left behind", _ => "killed, circuit left behind" });
            _possible.Add(_counter.Count);
            await _circuit.SettleAsync();
            if (kind == 0)
            {
                await _circuit.CloseAsync();
            }
            else
            {
                (_circuit.Page.Hangs, _circuit.Page.IsGone) = (kind == 1, kind == 2);
            }

            _browser.Lost = kind == 2;
            if (_random.Next(2) == 0)
            {
                (_server.Engine.IsUnavailable, _server.Engine.LosesAnswers) = (false, false);
            }

            await OpenAsync();
        }

        private async Task HealAsync()
        {
            Tell("heal");
            (_server.Engine.IsUnavailable, _server.Engine.LosesAnswers) = (false, false);
            for (var i = 0; i < 3; i++)
            {
                await AdvanceAsync(TimeSpan.FromSeconds(6));
            }
        }

        private async Task AdvanceAsync(TimeSpan time)
        {
            _server.Time.Advance(time);
            foreach (var circuit in _circuits.Where(circuit => circuit == _circuit || circuit.Page.IsGone || circuit.Page.Hangs))
            {
                await circuit.SettleAsync();
            }
        }

        private async Task<StashSaveResult> InTimeAsync(Task<StashSaveResult> call)
        {
            await _circuit.SettleAsync();
            for (var i = 0; !call.IsCompleted && i < 5; i++)
            {
                await AdvanceAsync(LiveStashOptions.DefaultEngineTimeout);
            }

            return await call.WaitAsync(Wait.Limit);
        }

        private void Told(int value)
        {
            _possible.Clear();
            _possible.Add(value);
        }

        private void AssertPossible() =>
            Assert.True(_possible.Contains(_counter.Count), $"The page shows {_counter.Count}; possible is {string.Join(", ", _possible)}.");

        private void Tell(string what)
        {
            foreach (var call in _server.Engine.Calls)
            {
                Story.AppendLine(CultureInfo.InvariantCulture, $"      {call}");
            }

            _server.Engine.ForgetCalls();
            Story.AppendLine(CultureInfo.InvariantCulture, $"  {what}");
        }
    }
}
