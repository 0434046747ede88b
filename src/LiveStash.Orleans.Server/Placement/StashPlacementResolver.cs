using System.Diagnostics.CodeAnalysis;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Grains;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace LiveStash.Orleans.Server.Placement;

/// <summary>Places stash grains as <see cref="StashGrainOptions.Placement"/> says; an attribute on the class could not be an option.</summary>
internal sealed class StashPlacementResolver(IOptions<StashGrainOptions> options) : IPlacementStrategyResolver
{
    private static readonly GrainType StashGrainType = GrainType.Create(StashAddress.TypeName);

    public bool TryResolvePlacementStrategy(GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out PlacementStrategy? result)
    {
        result = grainType == StashGrainType ? options.Value.Placement : null;
        return result is not null;
    }
}
