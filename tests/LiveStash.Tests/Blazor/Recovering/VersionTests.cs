using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace LiveStash.Tests.Blazor.Recovering;

/// <summary>Components that changed between the save and the recovery. Each slot is attached by a plain object here, whose type stays the same.</summary>
public sealed class VersionTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly FakeBrowser _browser = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Attach_EntryOfAnotherType_IsDroppedAloneAndNamed()
    {
        var id = await SaveAsync(1);
        await ChangeAsync(id, "Count", "\"seven\"");

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();

        Assert.Equal((StashStatus.Recovered, 0, "note"), (counter.Status, counter.Count, counter.Note));
        Assert.Equal(["Count"], counter.Dropped);
        var line = Assert.Single(_server.Logs.AtLeast(LogLevel.Warning));
        Assert.Equal((1202, LogLevel.Warning), (line.Id, line.Level));
        Assert.DoesNotContain("seven", line.Text, StringComparison.Ordinal);

        await counter.SetAsync(3);
        Assert.Equal("3", (await _server.Engine.ContentAsync(id))![Counter.Entry<Counter>("Count")]);
    }

    [Fact]
    public async Task Attach_NoEntryCanBeRead_Error()
    {
        var id = await SaveAsync(1);
        await ChangeAsync(id, "Count", "{");
        await ChangeAsync(id, "Note", "[]");

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();

        Assert.Equal((StashStatus.Error, 0, null), (counter.Status, counter.Count, counter.Note));
        Assert.Equal(["Count", "Note"], counter.Dropped.Order());
        Assert.Empty(circuit.Renderer.Errors);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(2, 1)]
    public async Task StashVersion_AnotherOneHadSaved_ErrorAndDiscardedThenTheOwnIsRecovered(int before, int after)
    {
        await SaveVersionAsync(before, 7);

        _browser.Lost = true;
        await using (var circuit = await _server.OpenAsync(_browser))
        {
            var versioned = await circuit.AddAsync<Versioned>(null, ("Version", after));
            Assert.Equal((StashStatus.Error, 0), (versioned.Status, versioned.Count));
            Assert.Equal(["Count"], versioned.Dropped);
            var line = Assert.Single(_server.Logs.AtLeast(LogLevel.Warning));
            Assert.Equal(1205, line.Id);
            Assert.Contains($"version {before} of", line.Text, StringComparison.Ordinal);
            await versioned.SetAsync(8);
        }

        _browser.Lost = true;
        await using var again = await _server.OpenAsync(_browser);
        var recovered = await again.AddAsync<Versioned>(null, ("Version", after));
        Assert.Equal((StashStatus.Recovered, 8), (recovered.Status, recovered.Count));
        Assert.Empty(recovered.Dropped);
    }

    [Fact]
    public async Task StashVersion_TheSame_Recovered()
    {
        await SaveVersionAsync(2, 7);

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var versioned = await circuit.AddAsync<Versioned>(null, ("Version", 2));
        Assert.Equal((StashStatus.Recovered, 7), (versioned.Status, versioned.Count));
    }

    /// <summary>Of what is saved, the version is told once; what removes it has it told again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StashVersion_ResetAndSavedAgain_RecoveredAsThatVersion(bool all)
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var versioned = await before.AddAsync<Versioned>(null, ("Version", 2));
            await versioned.SetAsync(7);
            Assert.True((await (all ? before.DoAsync(before.Stash.ResetAsync) : versioned.ResetAsync())).IsSaved);
            Assert.True((await versioned.SetAsync(8)).IsSaved);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var recovered = await circuit.AddAsync<Versioned>(null, ("Version", 2));
        Assert.Equal((StashStatus.Recovered, 8), (recovered.Status, recovered.Count));
    }

    [Fact]
    public async Task StashVersion_AnotherOneHadSavedAndOnePropertyIsChanged_TheDiscardedOtherDoesNotComeBack()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            var pair = await before.AddAsync<Pair>(null, ("Version", 1));
            pair.Other = 5;
            await pair.SetAsync(7);
        }

        _browser.Lost = true;
        await using (var circuit = await _server.OpenAsync(_browser))
        {
            Assert.True((await (await circuit.AddAsync<Pair>(null, ("Version", 2))).SetAsync(8)).IsSaved);
        }

        _browser.Lost = true;
        await using var again = await _server.OpenAsync(_browser);
        var recovered = await again.AddAsync<Pair>(null, ("Version", 2));
        Assert.Equal((StashStatus.Recovered, 8, 0), (recovered.Status, recovered.Count, recovered.Other));
    }

    [Fact]
    public async Task StashVersion_NothingSaved_NotFoundAlsoBesideASlotWhoseKeyStartsAlike()
    {
        await using (var before = await _server.OpenAsync(_browser))
        {
            await (await before.AddAsync<Versioned>("7/8", ("Version", 1))).SetAsync(1);
        }

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.Equal(StashStatus.NotFound, (await circuit.AddAsync<Versioned>("7", ("Version", 2))).Status);
    }

    [Fact]
    public async Task MigrateStash_TakesOver_RecoveredAndSavedInTheNewVersion()
    {
        await SaveVersionAsync(1, 7);
        Func<StashMigration, Versioned, bool> migrate = (migration, component) =>
        {
            Assert.Equal(1, migration.FromVersion);
            Assert.False(migration.TryGet<int>("Missing", out _));
            Assert.False(migration.TryGet<string[]>("Count", out _));
            Assert.True(migration.TryGet<int>("Count", out var count));
            component.Count = count * 100;
            return true;
        };

        _browser.Lost = true;
        await using (var circuit = await _server.OpenAsync(_browser))
        {
            var versioned = await circuit.AddAsync<Versioned>(null, ("Version", 2), ("Migrate", migrate));
            Assert.Equal((StashStatus.Recovered, 700), (versioned.Status, versioned.Count));
            Assert.True((await versioned.SaveAsync()).IsSaved);
        }

        _browser.Lost = true;
        await using var again = await _server.OpenAsync(_browser);
        var recovered = await again.AddAsync<Versioned>(null, ("Version", 2));
        Assert.Equal((StashStatus.Recovered, 700), (recovered.Status, recovered.Count));
    }

    [Fact]
    public async Task MigrateStash_ComponentSetsItWhenItInitializesItself_WhatWasTakenOverWins()
    {
        await SaveVersionAsync<Setting>(1, 7);
        Func<StashMigration, Versioned, bool> migrate = (migration, component) => migration.TryGet<int>("Count", out var count) && (component.Count = count * 100) > 0;

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var setting = await circuit.AddAsync<Setting>(null, ("Version", 2), ("Migrate", migrate));

        Assert.Equal((StashStatus.Recovered, 700, 1), (setting.Status, setting.Count, setting.Fresh));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task MigrateStash_ComponentLoadsWhatTheOtherVersionHadNot_ItStaysAndIsSaved(bool autoSave)
    {
        await SaveVersionAsync<Loading>(1, 7);
        Func<StashMigration, Versioned, bool> migrate = (migration, component) => migration.TryGet<int>("Count", out var count) && (component.Count = count * 100) > 0;

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var loading = await circuit.AddAsync<Loading>(null, ("Version", 2), ("Migrate", migrate), ("AutoSave", autoSave));
        await circuit.AcknowledgeAsync();
        await circuit.BackgroundAsync(loading.Loads.SetResult);
        await circuit.AcknowledgeAsync();
        await circuit.SettleAsync();
        Assert.Equal((700, 5), (loading.Count, loading.Fresh));

        Assert.True((await loading.SaveAsync()).IsSaved);
        Assert.Equal("5", (await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id))![Counter.Entry<Loading>("Fresh")]);
    }

    [Fact]
    public async Task MigrateStash_NotSavedYet_MigratesAgainAfterTheNextLoss()
    {
        await SaveVersionAsync(1, 7);
        Func<StashMigration, Versioned, bool> migrate = (migration, component) => migration.TryGet<int>("Count", out var count) && (component.Count = count * 100) > 0;
        for (var i = 0; i < 2; i++)
        {
            _browser.Lost = true;
            await using var circuit = await _server.OpenAsync(_browser);
            Assert.Equal(700, (await circuit.AddAsync<Versioned>(null, ("Version", 2), ("Migrate", migrate))).Count);
            await (await circuit.AddAsync<Counter>("beside")).SetAsync(i + 1);
        }
    }

    [Fact]
    public async Task MigrateStash_Throws_ErrorAndALogLineAndThePageGoesOn()
    {
        await SaveVersionAsync(1, 7);

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var versioned = await circuit.AddAsync<Versioned>(null, ("Version", 2), ("Migrate", (Func<StashMigration, Versioned, bool>)((_, _) => throw new FormatException("boom"))));

        Assert.Equal((StashStatus.Error, 0), (versioned.Status, versioned.Count));
        Assert.Empty(circuit.Renderer.Errors);
        Assert.Contains("boom", Assert.Single(_server.Logs.AtLeast(LogLevel.Warning)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResetAsync_AfterAVersionMismatch_RemovesWhatTheOtherVersionHadSaved()
    {
        await SaveVersionAsync(2, 7);

        _browser.Lost = true;
        await using var circuit = await _server.OpenAsync(_browser);
        var versioned = await circuit.AddAsync<Versioned>(null, ("Version", 1));
        await versioned.ResetAsync();

        Assert.Null(await _server.Engine.ContentAsync(_server.Engine.Calls[^1].Id));
    }

    private async Task<StashId> SaveAsync(int count)
    {
        await using var circuit = await _server.OpenAsync(_browser);
        var counter = await circuit.AddAsync<Counter>();
        counter.Note = "note";
        await counter.SetAsync(count);
        return _server.Engine.Calls[^1].Id;
    }

    private Task SaveVersionAsync(int version, int count) => SaveVersionAsync<Versioned>(version, count);

    private async Task SaveVersionAsync<T>(int version, int count)
        where T : Versioned
    {
        await using var circuit = await _server.OpenAsync(_browser);
        Assert.True((await (await circuit.AddAsync<T>(null, ("Version", version))).SetAsync(count)).IsSaved);
    }

    /// <summary>Puts other bytes in the place of what is saved, as a property of another type would have.</summary>
    private async Task ChangeAsync(StashId id, string property, string json)
    {
        var now = await _server.Engine.PeekAsync(id);
        await _server.Engine.WriteAsync(id, new()
        {
            Epoch = now.Epoch,
            BaseVersion = now.Version,
            Changed = [new(Counter.Entry<Counter>(property), System.Text.Encoding.UTF8.GetBytes(json))],
            Terms = new(TimeSpan.FromMinutes(30)),
        });
    }

    private class Versioned : StashComponentBase
    {
        [Stash]
        public int Count { get; set; }

        [Parameter]
        public int Version { get; set; } = 1;

        [Parameter]
        public bool AutoSave { get; set; }

        [Parameter]
        public Func<StashMigration, Versioned, bool>? Migrate { get; set; }

        public StashStatus Status => StashStatus;

        public IReadOnlyList<string> Dropped => DroppedProperties;

        protected override StashSlotSettings StashSettings => new()
        {
            AutoSave = AutoSave,
            Version = Version,
            Migrate = migration => Migrate?.Invoke(migration, this) ?? false,
        };

        public Task<StashSaveResult> SaveAsync() => StashAsync();

        public Task<StashSaveResult> ResetAsync() => ResetStashAsync();

        public Task<StashSaveResult> SetAsync(int count)
        {
            Count = count;
            return StashAsync();
        }
    }

    private class Pair : Versioned
    {
        [Stash]
        public int Other { get; set; }
    }

    private class Setting : Versioned
    {
        [Stash]
        public int Fresh { get; set; }

        protected override void OnInitialized() => (Count, Fresh) = (1, 1);
    }

    private class Loading : Versioned
    {
        [Stash]
        public int Fresh { get; set; }

        public TaskCompletionSource Loads { get; } = new();

        protected override async Task OnInitializedAsync()
        {
            Fresh = 1;
            await Loads.Task;
            Fresh = 5;
        }
    }
}
