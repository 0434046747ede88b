using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace LiveStash.Hosting;

/// <summary>
/// Lets what starts a circuit see the HTTP request of its connection, on every transport. IHttpContextAccessor has it with
/// WebSockets only: with long polling the request that it knew is over.
/// </summary>
internal sealed class CircuitRequest : IHubFilter
{
    private static readonly AsyncLocal<HttpContext?> Connection = new();

    /// <summary>
    /// The request of the connection that starts this circuit, or the one for which a page is prerendered with its stash;
    /// <see langword="null"/> anywhere else.
    /// </summary>
    public static HttpContext? Current
    {
        get => Connection.Value;
        set => Connection.Value = value;
    }

    public ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        // The methods of Blazor's hub in which a circuit is opened: blazor.web.js makes it with the first and opens it with the
        // last. Every event of a page passes here too.
        if (invocationContext.HubMethodName is "StartCircuit" or "ResumeCircuit" or "UpdateRootComponents")
        {
            Connection.Value = invocationContext.Context.GetHttpContext();
        }

        return next(invocationContext);
    }
}
