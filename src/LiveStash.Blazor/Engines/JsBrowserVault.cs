using System.Text;
using LiveStash.Browser;
using Microsoft.JSInterop;

namespace LiveStash.Engines;

/// <summary>sessionStorage of the circuit's tab.</summary>
internal sealed class JsBrowserVault(IJSRuntime js, string engine) : IBrowserVault
{
    /// <summary>
    /// What goes into one interop result, in characters. The hub refuses messages above 32 KB (HubOptions.MaximumReceiveMessageSize),
    /// and a refused result ends the circuit; anything longer is streamed.
    /// </summary>
    private const int MaxInline = 16 * 1024;

    public async ValueTask<string?> LoadAsync(string stamp, int maxLength, CancellationToken cancellationToken)
    {
        var state = await js.CallAsync<State>("LiveStash.loadState", cancellationToken, engine, stamp, MaxInline);
        if (state is null || state.Length <= 0 || state.Length > maxLength)
        {
            return null;
        }

        if (state.Token is not null)
        {
            return state.Token.Length <= MaxInline ? state.Token : null;
        }

        await using var reference = await js.InvokeAsync<IJSStreamReference?>("LiveStash.streamState", cancellationToken, engine, stamp);
        if (reference is null || reference.Length > maxLength)
        {
            // Not what the browser had said before.
            return null;
        }

        await using var stream = await reference.OpenReadStreamAsync(maxLength, cancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    public async ValueTask<VaultAnswer> SaveAsync(string stamp, long epoch, string token, CancellationToken cancellationToken) =>
        await js.CallAsync<string>("LiveStash.saveState", cancellationToken, engine, stamp, epoch, token) switch
        {
            "saved" => VaultAnswer.Saved,
            "superseded" => VaultAnswer.Superseded,
            _ => VaultAnswer.Full,
        };

    public async ValueTask ClearAsync(string stamp, CancellationToken cancellationToken) =>
        await js.CallAsync<bool>("LiveStash.clearState", cancellationToken, engine, stamp);

    private sealed record State(string? Token, int Length);
}
