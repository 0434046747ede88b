using LiveStash.Orleans.Server.Grains;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace LiveStash.Orleans.Server.Options;

/// <summary>
/// Has the silo collect stash grains soon after they expired, whatever age it gives to other grains; until then the grain
/// asks to be kept. An age that the app sets for the grain itself is left alone.
/// </summary>
internal sealed class StashCollectionOptions : IPostConfigureOptions<GrainCollectionOptions>
{
    /// <summary>
    /// How long an activation with nothing in it, or one whose time is over, may stay. Also one whose time Orleans holds for over since
    /// its clock is ahead; but a longer age would keep each that is empty so much longer, on every silo and always.
    /// </summary>
    private static readonly TimeSpan IdleAge = TimeSpan.FromMinutes(2);

    public void PostConfigure(string? name, GrainCollectionOptions options)
    {
        // Orleans refuses an age that is not above its quantum.
        var age = options.CollectionQuantum < IdleAge ? IdleAge : options.CollectionQuantum * 2;
        options.ClassSpecificCollectionAge.TryAdd(StashGrain.Class.FullName!, age);
    }
}
