using LiveStash.Browser;
using LiveStash.Saving;

namespace LiveStash.Watching;

/// <summary>
/// Tells the page of a circuit with how many others it shares its server: when that is gone, they come back together, and spread
/// over the time that the next server needs for all of them.
/// </summary>
internal sealed class FleetWatch(CircuitCount circuits, StashBrowser browser, CircuitWork work)
{
    /// <summary>How often to look whether that has changed.</summary>
    public static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Up to as many are no fleet: the script's quickest attempts are few enough for a server.</summary>
    public const int Small = 400;

    private int _told = Small;
    private bool _isCounted;

    public void Start()
    {
        if (work.Stopped.IsCancellationRequested)
        {
            return;
        }

        _isCounted = true;
        circuits.Opened();
        work.Post(TellAsync);
        work.Every(LookPeriod, TellAsync);
    }

    public void End()
    {
        if (_isCounted)
        {
            _isCounted = false;
            circuits.Closed();
        }
    }

    private async Task TellAsync()
    {
        var open = Math.Max(circuits.Open, Small);
        if ((open > _told * 2 || open * 2 < _told || (_told == Small && open > Small)) && await browser.TellFleetAsync(open))
        {
            _told = open;
        }
    }
}
