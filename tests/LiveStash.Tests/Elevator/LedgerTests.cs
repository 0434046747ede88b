using LiveStash.Elevator.Actors;
using LiveStash.Elevator.Checking;

namespace LiveStash.Tests.Elevator;

/// <summary>Whether what a history found is counted: once, and in what is closed next, whenever it was seen.</summary>
public sealed class LedgerTests : IAsyncDisposable
{
    private readonly Person _one = new("tab01");
    private readonly Person _other = new("tab02");
    private readonly Ledger _ledger;

    public LedgerTests()
    {
        _ledger = new([_one, _other]);
        _one.Types();
        _other.Types();
        _ledger.Close();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public void Close_AllIsThere_IsKept()
    {
        _one.Types();

        var tally = _ledger.Close();

        Assert.Equal((1, 0, 0, 0), (tally.Acknowledged, tally.Lost, tally.Wrong, tally.Foreign));
        Assert.True(tally.IsKept(true));
        Assert.Empty(tally.What);
    }

    [Fact]
    public void Close_SomethingIsNotThere_IsLostOnce()
    {
        _one.Shows("", "", "");

        var (tally, next) = (_ledger.Close(), _ledger.Close());

        Assert.Equal((1, 1), (tally.Lost, tally.Wrong));
        Assert.Contains("tab01", Assert.Single(tally.What.Distinct(), static what => what.Contains("was saved.", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.False(tally.IsKept(true));
        Assert.True(tally.IsKept(false));
        Assert.True(next.IsKept(true));
    }

    [Fact]
    public void Close_TypedOverWhatWasNotThere_IsLost()
    {
        _other.Shows("", "", "");
        _other.Types();

        var tally = _ledger.Close();

        Assert.Equal(1, tally.Lost);
        Assert.False(tally.IsKept(true));
    }

    [Fact]
    public void Close_RightAgainByItself_IsWrongAndNotLost()
    {
        _one.Shows("", "", "");
        _one.Shows("tab01-00001", "", "");

        var tally = _ledger.Close();

        Assert.Equal((0, 1), (tally.Lost, tally.Wrong));
        Assert.False(tally.IsKept(true));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_AnothersText_IsExcusedByNothing(bool nothingIsLost)
    {
        _one.Shows("tab02-00001", "", "");

        var tally = _ledger.Close();

        Assert.Equal(1, tally.Foreign);
        Assert.False(tally.IsKept(nothingIsLost));
    }

    [Fact]
    public void Close_AServersOwnError_IsTold()
    {
        _other.Fails("tab02 was answered with 500.");

        Assert.Equal(["tab02 was answered with 500."], _ledger.Close().Failures);
        Assert.Empty(_ledger.Close().Failures);
    }

    private sealed class Person(string name) : Actor(name, 1, (1, 2))
    {
        private Screen _screen = new("1", 0, true, false, "New", "", ["", "", ""]);

        /// <summary>Types into the first field, and is told that it is saved.</summary>
        public void Types()
        {
            var text = Look((history, _) => history.Type(0, _screen));
            Sees(_screen = _screen with { Told = $"{text}||", Fields = [text, "", ""] });
        }

        public void Shows(params string[] fields) => Sees(_screen = _screen with { Fields = fields });

        public void Fails(string what) => Note(Failures, what);

        public override Task ReloadAsync() => Task.CompletedTask;

        public override Task<string> ReadAsync() => Task.FromResult("");

        protected override Task StepAsync() => Task.CompletedTask;
    }
}
