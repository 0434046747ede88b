using System.Reflection;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Engines;

namespace LiveStash.Orleans.Tests.Engines;

public sealed class GrainReferencesTests
{
    [Fact]
    public void For_MoreIdsThanPlaces_GivesEachItsOwnGrain()
    {
        var factory = DispatchProxy.Create<IGrainFactory, KeyedFactory>();
        var references = new GrainReferences(factory);
        var ids = Enumerable.Range(0, 20_000).Select(_ => StashId.New()).ToArray();

        foreach (var id in ids.Concat(ids))
        {
            Assert.Equal(id.ToString(), Assert.IsType<KeyedGrain>(references.For(id)).Key);
        }
    }

    [Fact]
    public void For_SameIdAgain_MakesNoOtherReference()
    {
        var references = new GrainReferences(DispatchProxy.Create<IGrainFactory, KeyedFactory>());
        var id = StashId.New();

        Assert.Same(references.For(id), references.For(id));
    }

    public class KeyedFactory : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => new KeyedGrain((string)args![0]!);
    }

    private sealed class KeyedGrain(string key) : IStashGrain
    {
        public string Key => key;

        public ValueTask<WireOpened> OpenAsync(WireOpen call) => throw new NotSupportedException();

        public ValueTask<WireResult> WriteAsync(WireWrite call) => throw new NotSupportedException();

        public ValueTask<WireResult> TouchAsync(WireTouch call) => throw new NotSupportedException();

        public ValueTask<WireResult> ClearAsync(WireClear call) => throw new NotSupportedException();
    }
}
