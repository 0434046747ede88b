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
