using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Showcase.Hosting;

/// <summary>Kills the server itself, as <c>kill -9</c> does: nothing runs any more that could save anything.</summary>
/// <remarks>Only where the setting <c>Showcase:Kill</c> is <c>true</c>; anybody who can open a page can use it.</remarks>
public sealed class KillSwitch(IConfiguration configuration)
{
    /// <summary>Whether this host may be killed by its visitors.</summary>
    public bool IsOn { get; } = configuration.GetValue<bool>("Showcase:Kill");

    /// <summary>Does not return.</summary>
    /// <exception cref="InvalidOperationException">It is off.</exception>
    public void Kill()
    {
        if (!IsOn)
        {
            throw new InvalidOperationException("Showcase:Kill is off.");
        }

        Process.GetCurrentProcess().Kill();
    }
}
