using Microsoft.AspNetCore.Http.Features;

namespace LiveStash.Tests.Blazor.Infrastructure;

/// <summary>Does before the response what a server does then.</summary>
internal sealed class StartingResponse : HttpResponseFeature
{
    private readonly Stack<Func<Task>> _callbacks = [];

    public override void OnStarting(Func<object, Task> callback, object state) => _callbacks.Push(() => callback(state));

    public async Task StartAsync()
    {
        while (_callbacks.TryPop(out var callback))
        {
            await callback();
        }
    }
}
