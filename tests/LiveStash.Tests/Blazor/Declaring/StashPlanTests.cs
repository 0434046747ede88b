using LiveStash.Declaring;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Tests.Blazor.Declaring;

/// <summary>Programming mistakes throw at first use, and the message says what to change.</summary>
public sealed class StashPlanTests
{
    [Theory]
    [InlineData(typeof(WithoutSetter), "WithoutSetter.Value has no getter or no setter. Give it both")]
    [InlineData(typeof(WithoutGetter), "WithoutGetter.Value has no getter or no setter. Give it both")]
    [InlineData(typeof(OfParameter), "OfParameter.Value is a parameter. The parent decides its value")]
    [InlineData(typeof(OfCascadingParameter), "OfCascadingParameter.Value is a parameter: [CascadingParameter] decides its value")]
    [InlineData(typeof(OfIndexer), "OfIndexer.Item is an indexer or of a by-reference type. Such values cannot be kept")]
    [InlineData(typeof(Hiding), "Plain.Value is hidden by a [Stash] property of a derived class. Rename one of the two.")]
    [InlineData(typeof(OfQuery), "OfQuery.Value is a parameter: [SupplyParameterFromQuery] decides its value. Remove [Stash], or copy the value")]
    [InlineData(typeof(KeyThatIsNoParameter), "KeyThatIsNoParameter.Id is not a parameter. Add [Parameter]")]
    public void For_AMistake_ThrowsWithTheFixEachTime(Type type, string message)
    {
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => StashPlan.For(type)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => StashPlan.For(type));
    }

    [Fact]
    public void For_PropertiesOfAnyAccessibilityAndBaseClasses_TakesAllOnce()
    {
        var plan = StashPlan.For(typeof(Derived));

        Assert.Equal(["Init", "Own", "Secret", "Value", "Virtual"], plan.Properties.Select(property => property.Name).Order());
        Assert.Equal([("Own", StashScope.Tab)], plan.Properties.Where(property => property.Scope is not null).Select(property => (property.Name, property.Scope!.Value)));
        Assert.Same(plan, StashPlan.For(typeof(Derived)));
    }

    [Fact]
    public void For_HandedOverByPersistentState_IsNoMistake() => Assert.True(Assert.Single(StashPlan.For(typeof(HandedOver)).Properties).IsHandedOver);

    private class Plain
    {
        [Stash]
        public int Value { get; set; }

        [Stash]
        public virtual int Virtual { get; set; }

        [Stash]
        private int Secret { get; set; }

        public int NotKept { get; set; }
    }

    private sealed class Derived : Plain
    {
        [Stash(Scope = StashScope.Tab)]
        internal string? Own { get; private set; }

        [Stash]
        public override int Virtual { get; set; }

        [Stash]
        public string? Init { get; init; }
    }

    private sealed class Hiding : Plain
    {
        [Stash]
        public new int Value { get; set; }
    }

    private sealed class WithoutSetter
    {
        [Stash]
        public int Value { get; } = 1;
    }

    private sealed class WithoutGetter
    {
        [Stash]
        public int Value { set => _ = value; }
    }

    private sealed class OfParameter : StashComponentBase
    {
        [Stash]
        [Parameter]
        public int Value { get; set; }
    }

    private sealed class OfCascadingParameter : StashComponentBase
    {
        [Stash]
        [CascadingParameter]
        public int Value { get; set; }
    }

    private sealed class OfIndexer
    {
        [Stash]
        public int this[int index]
        {
            get => index;
            set => _ = value;
        }
    }

    private sealed class OfQuery : ComponentBase
    {
        [Stash]
        [SupplyParameterFromQuery]
        public int Value { get; set; }
    }

    private sealed class KeyThatIsNoParameter : ComponentBase
    {
        [StashKey]
        public int Id { get; set; }

        [Stash]
        public int Value { get; set; }
    }

    private sealed class HandedOver : ComponentBase
    {
        [Stash]
        [PersistentState]
        public int Value { get; set; }
    }
}
