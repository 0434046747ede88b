using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Watching;

/// <summary>Notices that an error boundary has caught something: the components that go now do not go by the user's will.</summary>
internal sealed class ErrorBoundaryWatch(StashSession session, [FromKeyedServices(ErrorBoundaryWatch.Inner)] IErrorBoundaryLogger? inner = null) : IErrorBoundaryLogger
{
    /// <summary>The key under which the logger that does the logging is registered.</summary>
    public const string Inner = "LiveStash.BoundaryLogger";

    public ValueTask LogErrorAsync(Exception exception)
    {
        session.BoundaryCaught();
        return inner?.LogErrorAsync(exception) ?? default;
    }
}
