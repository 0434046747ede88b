using System.Diagnostics.CodeAnalysis;
using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Expiry;
using LiveStash.Orleans.Server.Grains;
using Microsoft.Extensions.DependencyInjection;
using Orleans.GrainDirectory;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Runtime.GrainDirectory;

namespace LiveStash.Orleans.Server.Placement;

/// <summary>
/// Finds stash grains and their ledgers through the directory with their name, or through the app's default one where that is the distributed
/// one already: an attribute on the class could name only one of them.
/// </summary>
internal sealed class StashDirectoryResolver(IServiceProvider provider) : IGrainDirectoryResolver
{
    private static readonly GrainType StashGrainType = GrainType.Create(StashAddress.TypeName);
    private static readonly GrainType LedgerGrainType = GrainType.Create(LedgerGrain.TypeName);

    public bool TryResolveGrainDirectory(GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out IGrainDirectory? grainDirectory)
    {
        grainDirectory = grainType == StashGrainType || grainType == LedgerGrainType
            ? provider.GetKeyedService<IGrainDirectory>(StashGrainOptions.DirectoryName)
                ?? provider.GetKeyedService<IGrainDirectory>(GrainDirectoryAttribute.DEFAULT_GRAIN_DIRECTORY)
            : null;
        return grainDirectory is not null;
    }
}
