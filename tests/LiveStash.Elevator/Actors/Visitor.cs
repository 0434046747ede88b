using LiveStash.Elevator.Checking;
using Microsoft.AspNetCore.SignalR;
using Circuits = LiveStash.Circuits;

namespace LiveStash.Elevator.Actors;

/// <summary>A tab without a browser: many of them are the load, and lose no less than those with one.</summary>
/// <param name="name">See <see cref="Actor"/>.</param>
/// <param name="page">The page, behind the proxy.</param>
/// <param name="seed">Of what is done.</param>
internal sealed class Visitor(string name, Uri page, int seed) : Actor(name, seed, (500, 1500))
{
    private readonly Circuits.Tabs.Tab _tab = new([page], page.AbsolutePath);

    public async Task OpenAsync()
    {
        _tab.Changed += Saw;
        _tab.ConnectionChanged += () => Sees(Screen with { At = Now, Document = $"{_tab.Loads}", IsAway = IsAway });
        await _tab.OpenAsync();
    }

    public override Task ReloadAsync() => _tab.ReloadAsync();

    public override Task<string> ReadAsync() => Task.FromResult($"{_tab.Loads} loads, {_tab.Problem}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _tab.DisposeAsync();
    }

    protected override async Task StepAsync()
    {
        if (Screen.IsAway)
        {
            return; // without a browser there is nobody to keep what is typed meanwhile
        }

        var field = Random.Next(Screen.FieldIds.Count);
        var text = Look((history, screen) => history.Type(field, screen));
        try
        {
            await _tab.ChangeAsync(Screen.FieldIds[field], text);
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or HubException)
        {
            // The connection went away under the hands.
            NotTaken++;
        }
    }

    private static double Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private bool IsAway => !_tab.IsConnected || _tab.IsHeld;

    private void Saw(Circuits.Rendering.Screen screen)
    {
        var now = new Screen(
            $"{_tab.Loads}",
            Now,
            screen.Attribute("page", "data-interactive") == "true",
            IsAway,
            screen.Attribute("page", "data-status") ?? "",
            screen.Attribute("page", "data-told") ?? "",
            [.. Screen.FieldIds.Select(id => screen.Attribute(id, "value") ?? "")]);
        Sees(now);
    }
}
