using LiveStash.Elevator.Actors;
using LiveStash.Elevator.Checking;

namespace LiveStash.Tests.Elevator;

/// <summary>What the Elevator Test calls lost, wrong and foreign: a checker that sees nothing would find nothing.</summary>
public sealed class HistoryTests
{
    private readonly History _history = new("tab03");

    [Fact]
    public void Saw_AllThatWasToldIsThere_IsRight()
    {
        Type(0, "", "", "");
        _history.Saw(Shows("tab03-00001||", "tab03-00001", "", ""));
        Type(1, "tab03-00001", "", "");
        _history.Saw(Shows("tab03-00001||", "tab03-00001", "tab03-00002", ""));
        _history.Saw(Shows("tab03-00001|tab03-00002|", "tab03-00001", "tab03-00002", ""));

        Assert.Equal((2, 2, true, 0), (_history.Acknowledged, _history.LastTold, _history.IsRight, _history.Wrong.Count));
        Assert.Empty(_history.Foreign);
    }

    [Fact]
    public void Saw_LessThanWasTold_IsWrongOnceAndLostIfItStays()
    {
        Type(0, "", "", "");
        _history.Saw(Shows("tab03-00001||", "tab03-00001", "", ""));
        var empty = Shows("", "", "", "");
        _history.Saw(empty);
        _history.Saw(empty);

        Assert.Equal((false, 1), (_history.IsRight, _history.Wrong.Count));
        Assert.Equal(1, _history.GiveUp(empty));
        Assert.True(_history.IsRight);
    }

    [Theory]
    [InlineData(false, "New")] // a page that takes no input may show anything
    [InlineData(true, "Error")] // a page that says so too
    public void Saw_LessOnAPageThatPromisesNothing_IsNotWrong(bool isInteractive, string status)
    {
        Type(0, "", "", "");
        _history.Saw(Shows("tab03-00001||", "tab03-00001", "", ""));
        _history.Saw(Shows("", "", "", "") with { IsInteractive = isInteractive, Status = status });

        Assert.Empty(_history.Wrong);
    }

    [Theory]
    [InlineData("New", 1, 0)]
    [InlineData("Error", 0, 1)]
    public void Type_OverAFieldThatLacksWhatWasTold_IsALossUnlessThePageSaidError(string status, int lost, int inError)
    {
        Type(0, "", "", "");
        _history.Saw(Shows("tab03-00001||", "tab03-00001", "", ""));
        var empty = Shows("", "", "", "") with { Status = status };
        _history.Saw(empty);

        _history.Type(0, empty);

        Assert.Equal((lost, inError), (_history.TypedOver.Count, _history.TypedOverInError));
    }

    /// <summary>What is typed there does not excuse that less is back when the page has its answer, and is no loss of its own.</summary>
    [Theory]
    [InlineData("tab03-00002", 0)]
    [InlineData("", 1)]
    public void Saw_LessThanWasToldAfterAnErrorInWhichItWasTypedOver_IsWrong(string shown, int wrong)
    {
        Type(0, "", "", "");
        _history.Saw(Shows("tab03-00001||", "tab03-00001", "", ""));
        var empty = Shows("", "", "", "") with { Status = "Error" };
        _history.Saw(empty);
        _history.Type(0, empty);
        _history.Saw(Shows("", shown, "", ""));

        Assert.Equal((wrong, wrong == 0), (_history.Wrong.Count, _history.IsRight));
    }

    [Fact]
    public void Saw_LessAfterAPageThatSaidError_IsWrong()
    {
        Type(0, "", "", "");
        _history.Saw(Shows("tab03-00001||", "tab03-00001", "", ""));
        _history.Saw(Shows("", "", "", "") with { Status = "Error" });
        _history.Saw(Shows("", "", "", "") with { Status = "Recovered" });
        _history.Saw(Shows("", "tab03-00001", "", ""));

        Assert.Single(_history.Wrong);
    }

    [Theory]
    [InlineData("tab03-00001||", new[] { "tab03-00001", "", "" }, true)]
    [InlineData("tab03-00001||", new[] { "", "", "" }, false)]
    [InlineData("", new[] { "", "", "" }, true)]
    public void Lacks_ACopy_WhatWasToldBefore(string told, string[] shown, bool isRight)
    {
        Type(0, "", "", "");

        Assert.Equal(isRight, _history.Lacks(told, shown) is null);
        Assert.Empty(_history.Foreign);
    }

    [Fact]
    public void Lacks_ACopyWithAnothersText_IsForeign()
    {
        Type(0, "", "", "");
        _history.Lacks("tab03-00001||", ["tab07-00001", "", ""]);

        Assert.Single(_history.Foreign);
    }

    /// <summary>Text of another field, and on a page that takes no input yet.</summary>
    [Theory]
    [InlineData("tab03-00002", true)]
    [InlineData("tab04-00001", false)]
    public void Saw_WhatWasTypedIntoAnotherFieldOrByAnother_IsForeign(string text, bool isInteractive)
    {
        Type(0, "", "", "");
        Type(1, "", "", "");
        Type(0, "", "", "");
        _history.Saw(Shows("", text, "", "") with { IsInteractive = isInteractive });

        Assert.Single(_history.Foreign);
    }

    [Theory]
    [InlineData("tab04-00001")] // another's
    [InlineData("tab03-00009")] // of a time to come
    [InlineData("tab03-0000")] // half of one
    public void Saw_WhatThisTabNeverTyped_IsForeign(string text)
    {
        Type(0, "", "", "");
        _history.Saw(Shows("", text, "", ""));

        Assert.Single(_history.Foreign);
    }

    [Fact]
    public void LongestGone_FromTheLossUntilItTakesInput()
    {
        Screen[] screens =
        [
            Shows("", "", "", "") with { At = 1000 },
            Shows("", "", "", "") with { At = 2000, IsAway = true },
            Shows("", "", "", "") with { At = 2500, IsInteractive = false },
            Shows("", "", "", "") with { At = 4000 },
        ];

        Assert.Equal(2000, Times.LongestGone(screens, 1000, 9000));
        Assert.Equal(0, Times.LongestGone(screens, 4000, 9000));
    }

    private static Screen Shows(string told, params string[] fields) => new("1", 0, true, false, "New", told, fields);

    private void Type(int field, params string[] fields) => _history.Type(field, Shows("", fields));
}
