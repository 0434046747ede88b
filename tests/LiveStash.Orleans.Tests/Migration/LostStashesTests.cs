using LiveStash.Orleans.Server.Migration;
using LiveStash.Orleans.Tests.Infrastructure;
using Microsoft.Extensions.Logging;
using Orleans;

namespace LiveStash.Orleans.Tests.Migration;

/// <summary>The count of what a silo has lost.</summary>
public sealed class LostStashesTests
{
    [Fact]
    public void SiloEnds_SomeHaveSetOutAndNotArrived_TheyAreCountedWithTheOthersAndLogged()
    {
        var log = new LogLines();
        using var logging = LoggerFactory.Create(builder => builder.AddProvider(log));
        var lost = new LostStashes(TimeProvider.System, new(Meters.Create(), TimeProvider.System), logging.CreateLogger("test"));
        for (var i = 0; i < 5; i++)
        {
            lost.Leaving();
        }

        lost.Left(lost: null);
        lost.Left(DeactivationReasonCode.ShuttingDown);
        lost.Dispose();

        Assert.Equal(4, lost.Count);
        Assert.Contains("4 since", Assert.Single(log.Of(2120)), StringComparison.Ordinal);
    }
}
