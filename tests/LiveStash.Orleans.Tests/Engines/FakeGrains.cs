using System.Reflection;
using LiveStash.Orleans.Contracts;

namespace LiveStash.Orleans.Tests.Engines;

/// <summary>A grain factory without a cluster, whose one grain answers as a test says.</summary>
internal sealed class FakeGrains(Func<int, Task<WireResult>> answer) : IStashGrain
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The keys that references were made for.</summary>
    public List<string> Keys { get; } = [];

    public IGrainFactory Factory
    {
        get
        {
            var factory = DispatchProxy.Create<IGrainFactory, Proxy>();
            ((Proxy)(object)factory).Grain = this;
            return factory;
        }
    }

    public async ValueTask<WireOpened> OpenAsync(WireOpen call)
    {
        var result = (await AnswerAsync()).ToResult();
        return new(new StashOpenResult(result.Outcome, result.Detail));
    }

    public ValueTask<WireResult> WriteAsync(WireWrite call) => AnswerAsync();

    public ValueTask<WireResult> TouchAsync(WireTouch call) => AnswerAsync();

    public ValueTask<WireResult> ClearAsync(WireClear call) => AnswerAsync();

    private ValueTask<WireResult> AnswerAsync() => new(answer(Interlocked.Increment(ref _calls)));

    public class Proxy : DispatchProxy
    {
        public FakeGrains? Grain { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod is not { Name: nameof(IGrainFactory.GetGrain) })
            {
                throw new NotSupportedException(targetMethod?.Name);
            }

            Grain!.Keys.Add((string)args![0]!);
            return Grain;
        }
    }
}
