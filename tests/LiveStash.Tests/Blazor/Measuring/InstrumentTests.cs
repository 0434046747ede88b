using LiveStash.Browser;
using LiveStash.Measuring;
using LiveStash.Saving;
using Microsoft.Extensions.Time.Testing;

namespace LiveStash.Tests.Blazor.Measuring;

public sealed class InstrumentTests
{
    [Fact]
    public void Instruments_OfTheWebServer_AreAsPinnedAndInTheReadme() => InstrumentPin.Verify(
        static meters =>
        {
            var metrics = new StashMetrics(meters, new FakeTimeProvider(), new());
            foreach (var status in Enum.GetValues<StashStatus>())
            {
                metrics.Opened("memory", status, metrics.Now());
                metrics.OpenedLate("memory", status);
            }

            metrics.Greeted(new TaskCompletionSource<FoundTag>().Task);
            metrics.FellBack("memory", StashOutcome.NotFound);
            metrics.Dropped(isUnreadable: true);
            metrics.Saved("memory", null, SaveReason.Change, new(StashOutcome.Ok, Written: true), metrics.Now());
            metrics.Acknowledged("memory", [new("a", new byte[1])]);
            metrics.Refused("memory", StashOutcome.TooLarge);
        },
        "LiveStash.Blazor.Instruments.txt",
        "src/LiveStash.Blazor/README.md");
}
