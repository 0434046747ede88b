using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Watching;

/// <summary>
/// The error boundaries of a circuit, of whichever kind: once one has caught something, the components that go do not go by the
/// user's will.
/// </summary>
internal sealed class ErrorBoundaries
{
    private readonly List<(WeakReference<ErrorBoundaryBase> Boundary, Exception? Known)> _boundaries = [];

    public void Add(ErrorBoundaryBase boundary) => _boundaries.Add((new(boundary), null));

    /// <summary>Whether one has caught something since this was last asked.</summary>
    public bool HaveCaught()
    {
        var caught = false;
        for (var i = _boundaries.Count - 1; i >= 0; i--)
        {
            if (!_boundaries[i].Boundary.TryGetTarget(out var boundary))
            {
                _boundaries.RemoveAt(i);
            }
            else if (CaughtBy(boundary) is var exception && exception != _boundaries[i].Known)
            {
                caught |= exception is not null;
                _boundaries[i] = (_boundaries[i].Boundary, exception);
            }
        }

        return caught;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_CurrentException")]
    private static extern Exception? CaughtBy(ErrorBoundaryBase boundary);
}
