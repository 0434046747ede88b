using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Testing;

namespace LiveStash.Analyzers.Tests.Infrastructure;

/// <summary>What the tests' sources are compiled against: the assemblies that this process runs on. Nothing is restored for it.</summary>
internal static class References
{
    public static IReadOnlyList<MetadataReference> All { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => IsNeeded(Path.GetFileNameWithoutExtension(path)))
            .Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>Without a package, so that there is nothing to restore.</summary>
    public static ReferenceAssemblies None { get; } = new("net10.0");

    // Not all: each test makes a project of them.
    private static bool IsNeeded(string name) => name is
        "LiveStash" or "LiveStash.Blazor" or
        "Microsoft.AspNetCore.Components" or "Microsoft.AspNetCore.Components.Authorization" or "Microsoft.AspNetCore.Components.Web" or
        "Microsoft.AspNetCore.Authorization" or
        "System.Collections" or "System.Collections.Immutable" or "System.ComponentModel" or "System.Linq" or "System.Linq.Expressions" or "System.Memory" or
        "System.ObjectModel" or "System.Private.CoreLib" or "System.Private.Uri" or "System.Runtime" or "System.Text.Json";
}
