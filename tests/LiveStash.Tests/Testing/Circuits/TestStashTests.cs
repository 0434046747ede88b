using Bunit;
using LiveStash.Declaring;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Testing.Circuits;

/// <summary>Components in bUnit, with what <c>AddLiveStashTesting()</c> makes of that.</summary>
public sealed class TestStashTests : BunitContext
{
    [Fact]
    public async Task Render_NothingWasSaved_NewAndNothingIsSaved()
    {
        var stash = Services.AddLiveStashTesting();

        var page = Render<Checkout>();

        Assert.Equal(StashStatus.New, page.Instance.Status);
        Assert.Empty(await stash.ReadAsync<Checkout>());
    }

    [Fact]
    public async Task Render_SomethingWasSaved_ValuesAreThereBeforeOnInitialized()
    {
        var stash = Services.AddLiveStashTesting();
        stash.Put<Checkout>(new { Email = "ada@example.com", Step = 2 });

        var page = Render<Checkout>();

        Assert.Equal((StashStatus.Recovered, "ada@example.com", 1), (page.Instance.Status, page.Instance.InOnInitialized, page.Instance.Recoveries));
        Assert.Equal("2", page.Find("button").TextContent);
        Assert.IsAssignableFrom<IStashProxy>(page.Instance);
        Assert.Equal(["Email", "Step"], (await stash.ReadAsync<Checkout>()).Keys.Order());
    }

    [Fact]
    public async Task Render_Reload_OnlyTheScopeTabComesBack()
    {
        var stash = Services.AddLiveStashTesting();
        stash.Put<Checkout>(new { Email = "ada@example.com", Step = 2 });
        stash.IsReload = true;

        var page = Render<Checkout>();

        Assert.Equal((StashStatus.Recovered, ""), (page.Instance.Status, page.Instance.InOnInitialized));
        Assert.Equal("2", page.Find("button").TextContent);
        Assert.Equal(["Step"], (await stash.ReadAsync<Checkout>()).Keys);
    }

    [Fact]
    public void Render_EngineHasLostEverything_NotFound()
    {
        var stash = Services.AddLiveStashTesting();
        stash.Put<Checkout>(new { Email = "ada@example.com" });
        stash.Engine.LoseEverything();

        Assert.Equal(StashStatus.NotFound, Render<Checkout>().Instance.Status);
    }

    [Theory]
    [InlineData(30, StashStatus.NotFound)]
    [InlineData(29, StashStatus.Recovered)]
    public void Render_TimeHasPassed_NotFoundFromTheTimeToLiveOn(int minutes, StashStatus expected)
    {
        var stash = Services.AddLiveStashTesting();
        stash.Put<Checkout>(new { Email = "ada@example.com" });
        stash.Time.Advance(TimeSpan.FromMinutes(minutes));

        Assert.Equal(expected, Render<Checkout>().Instance.Status);
    }

    [Fact]
    public async Task Render_EngineAnswersLater_ErrorThenRecoveredAndRendered()
    {
        var stash = Services.AddLiveStashTesting();
        stash.Put<Checkout>(new { Email = "ada@example.com", Step = 2 });
        stash.Engine.IsUnavailable = true;
        var page = Render<Checkout>();
        Assert.Equal((StashStatus.Error, "", 0), (page.Instance.Status, page.Instance.InOnInitialized, page.Instance.Recoveries));

        stash.Engine.IsUnavailable = false;
        await stash.SettleAsync();

        Assert.Equal((StashStatus.Recovered, 1), (page.Instance.Status, page.Instance.Recoveries));
        Assert.Equal("2", page.Find("button").TextContent);
        Assert.Equal("ada@example.com", page.Find("#email").GetAttribute("value"));
    }

    [Fact]
    public void Click_NothingElse_IsSavedByItselfAndThePageIsTold()
    {
        Services.AddLiveStashTesting();
        var page = Render<Checkout>();

        page.Find("button").Click();

        page.WaitForAssertion(() => Assert.Equal("New, saved 1", page.Find("p").TextContent));
    }

    [Fact]
    public async Task Events_OfTheFormAndItsChild_AreSaved()
    {
        var stash = Services.AddLiveStashTesting();
        var page = Render<Checkout>();

        page.Find("#email").Change("ada@example.com");
        await stash.SettleAsync();
        page.Find("#street").Change("Quai 1");

        var saved = await stash.ReadAsync<Checkout>();
        Assert.Equal("ada@example.com", saved["Email"]);
        Assert.Equal("Quai 1", Assert.IsType<Address>(saved["Address"]).Street);
        Assert.DoesNotContain("Step", saved.Keys);
    }

    [Fact]
    public async Task Event_OfAChildThatTellsNobody_IsSavedByItself()
    {
        var stash = Services.AddLiveStashTesting();
        var page = Render<Checkout>();

        page.Find("#street").Change("Quai 1");

        await Wait.UntilAsync(() => stash.Engine.Writes.Count == 1, "the write");
    }

    [Fact]
    public async Task AsyncEvent_ThatChangesAService_IsSavedByItselfWhenItIsDone()
    {
        Services.AddLiveStash().AddService<Cart>();
        var stash = Services.AddLiveStashTesting();
        var page = Render<Checkout>();
        page.Find("a").Click();
        await stash.SettleAsync();
        Assert.Empty(stash.Engine.Writes);

        Services.GetRequiredService<Cart>().Arrives.SetResult();

        await Wait.UntilAsync(() => stash.Engine.Writes.Count == 1, "the write");
        Assert.Equal(["boots"], Assert.IsType<List<string>>((await stash.ReadAsync<Cart>())["Items"]));
    }

    [Fact]
    public void Service_SomethingWasSaved_IsRecovered()
    {
        var stash = Services.AddLiveStashTesting();
        Services.AddLiveStash().AddService<Cart>();
        stash.Put<Cart>(new { Items = new List<string> { "boots" } });

        Render<Checkout>();

        Assert.Equal(["boots"], Services.GetRequiredService<Cart>().Items);
    }

    [Fact]
    public async Task Click_EngineCannotBeReached_PageWorksAndIsSavedWhenItCan()
    {
        var stash = Services.AddLiveStashTesting();
        var page = Render<Checkout>();
        stash.Engine.IsUnavailable = true;

        page.Find("button").Click();

        page.WaitForAssertion(() => Assert.Equal("New, unsaved 0", page.Find("p").TextContent));
        Assert.Equal("1", page.Find("button").TextContent);
        Assert.Empty(await stash.ReadAsync<Checkout>());
        stash.Engine.IsUnavailable = false;
        Assert.Equal(1, (await stash.ReadAsync<Checkout>())["Step"]);
    }

    [Fact]
    public async Task Click_EngineIsThereAgain_IsSavedByItselfAsTimePasses()
    {
        var stash = Services.AddLiveStashTesting();
        var page = Render<Checkout>();
        stash.Engine.FailuresLeft = 1;
        page.Find("button").Click();
        await Wait.UntilAsync(() => stash.Engine.Calls is [{ Outcome: StashOutcome.Unavailable }], "the failure");
        page.WaitForAssertion(() => Assert.Equal("New, unsaved 0", page.Find("p").TextContent));

        stash.Time.Advance(TimeSpan.FromSeconds(5));

        page.WaitForAssertion(() => Assert.Equal("New, saved 1", page.Find("p").TextContent));
        await stash.SettleAsync();
    }

    [Fact]
    public async Task Stash_Injected_SavesAndResets()
    {
        var stash = Services.AddLiveStashTesting();
        var page = Render<Checkout>();
        var injected = Services.GetRequiredService<IStash>();
        page.Find("button").Click();

        var saved = await page.InvokeAsync(injected.StashAsync);
        Assert.True(saved.IsSaved);
        Assert.Equal(1, (await stash.ReadAsync<Checkout>())["Step"]);

        Assert.True((await page.InvokeAsync(injected.ResetAsync)).IsSaved);
        Assert.Empty(await stash.ReadAsync<Checkout>());
        Assert.Equal("1", page.Find("button").TextContent);
    }

    [Fact]
    public async Task LoseCircuit_AnotherPageOfTheTab_HasWhatTheFirstOneSaved()
    {
        var stash = Services.AddLiveStashTesting();
        var first = Render<Checkout>();
        first.Find("#email").Change("ada@example.com");
        await stash.LoseCircuitAsync();
        await using var again = new BunitContext();
        again.Services.AddLiveStashTesting(stash);

        var second = again.Render<Checkout>();

        Assert.Equal((StashStatus.Recovered, "ada@example.com"), (second.Instance.Status, second.Instance.InOnInitialized));
        first.Find("#email").Change("of a page that is gone");
        Assert.Equal("ada@example.com", (await stash.ReadAsync<Checkout>())["Email"]);
    }

    [Fact]
    public async Task LoseCircuit_ContainerIsDisposedToo_TheStashIsNot()
    {
        var stash = Services.AddLiveStashTesting();
        Render<Checkout>().Find("button").Click();
        await stash.LoseCircuitAsync();
        await DisposeAsync();
        await using var again = new BunitContext();
        again.Services.AddLiveStashTesting(stash);

        var page = again.Render<Checkout>();
        page.Find("button").Click();

        Assert.Equal(2, (await page.InvokeAsync(() => stash.ReadAsync<Checkout>()))["Step"]);
        stash.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEmpty(await stash.ReadAsync<Checkout>());
    }

    [Fact]
    public async Task Keys_OfRoutesAndParameters_TellInstancesApart()
    {
        var stash = Services.AddLiveStashTesting();
        stash.Put<Line>(new { Pieces = 3 }, key: "7");

        var seventh = Render<Line>(parameters => parameters.Add(line => line.Id, 7));
        var eighth = Render<Line>(parameters => parameters.Add(line => line.Id, 8));

        Assert.Equal((3, 0), (seventh.Instance.Pieces, eighth.Instance.Pieces));
        Assert.Equal(3, (await stash.ReadAsync<Line>("7"))["Pieces"]);
        Assert.Empty(await stash.ReadAsync<Line>("8"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AddLiveStash_OfTheAppWithAnotherEngine_BeforeOrAfter_TheTestsEngineIsUsed(bool before)
    {
        if (before)
        {
            Services.AddLiveStash().UseBrowser(StashTokenProtection.Encrypt).AddService<Cart>();
        }

        var stash = Services.AddLiveStashTesting();
        if (!before)
        {
            Services.AddLiveStash(options => options.RecoveryPatience = TimeSpan.FromHours(1)).UseBrowser(StashTokenProtection.Encrypt).AddService<Cart>();
        }

        stash.Put<Checkout>(new { Step = 2 });

        Assert.Equal(StashStatus.Recovered, Render<Checkout>().Instance.Status);
    }

    [Fact]
    public async Task SignedInUser_AnotherOneMeanwhile_ComponentsAreStillRendered()
    {
        var authorization = this.AddAuthorization();
        authorization.SetAuthorized("ada");
        var stash = Services.AddLiveStashTesting();
        var page = Render<Checkout>();
        authorization.SetAuthorized("bo");
        page.Find("button").Click();

        Assert.Equal(1, (await stash.ReadAsync<Checkout>())["Step"]);
        Assert.NotNull(Services.GetRequiredService<AuthenticationStateProvider>());
    }

    [Fact]
    public void Put_OfNoSuchProperty_ThrowsWithThoseThatThereAre()
    {
        var stash = Services.AddLiveStashTesting();

        var exception = Assert.Throws<ArgumentException>(() => stash.Put<Checkout>(new { Mail = "" }));

        Assert.Contains("Email, Address, Step", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Put_OfAnotherType_ThrowsWithTheTypes()
    {
        var stash = Services.AddLiveStashTesting();

        Assert.Contains("System.String", Assert.Throws<ArgumentException>(() => stash.Put<Checkout>(new { Email = 3 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => stash.Put<Line>(new { Pieces = (string?)null }));
        stash.Put<Checkout>(new { Email = (string?)null, Step = (int?)null });
    }

    [Fact]
    public async Task Put_AfterTheFirstComponent_Throws()
    {
        var stash = Services.AddLiveStashTesting();
        await Assert.ThrowsAsync<InvalidOperationException>(() => stash.ReadAsync<Checkout>());
        Render<Checkout>();

        Assert.Throws<InvalidOperationException>(() => stash.Put<Checkout>(new { Step = 2 }));
    }

    [Fact]
    public void Render_EngineIsHeld_ThrowsAndSaysWhatToDo()
    {
        var stash = Services.AddLiveStashTesting();
        stash.Put<Checkout>(new { Step = 2 });
        stash.Engine.Gate = new();

        Assert.Contains("Engine.IsUnavailable", Assert.Throws<InvalidOperationException>(() => Render<Checkout>()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Render<Checkout>());
    }

    [Fact]
    public async Task Click_EngineIsHeld_ReadTellsWhatIsSavedByThen()
    {
        var stash = Services.AddLiveStashTesting();
        var page = Render<Checkout>();
        stash.Engine.Gate = new();
        page.Find("button").Click();
        await Wait.UntilAsync(() => stash.Engine.Writes.Count == 1, "the write");
        Assert.Empty(await stash.ReadAsync<Checkout>());

        stash.Engine.Gate.SetResult();

        Assert.Equal(1, (await stash.ReadAsync<Checkout>())["Step"]);
    }

    [Fact]
    public async Task LoseCircuit_EngineIsHeld_EndsAndTheTabComesBackWithoutTheLastChange()
    {
        var stash = Services.AddLiveStashTesting();
        var page = Render<Checkout>();
        page.Find("button").Click();
        await stash.SettleAsync();
        stash.Engine.Gate = new();
        page.Find("button").Click();

        await stash.LoseCircuitAsync();

        stash.Engine.Gate = null;
        await using var again = new BunitContext();
        again.Services.AddLiveStashTesting(stash);
        Assert.Equal("1", again.Render<Checkout>().Find("button").TextContent);
    }
}
