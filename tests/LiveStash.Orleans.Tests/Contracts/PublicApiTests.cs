using LiveStash.Orleans.Contracts;
using LiveStash.Orleans.Server.Grains;
using Orleans.Hosting;
using PublicApiGenerator;

namespace LiveStash.Orleans.Tests.Contracts;

/// <summary>The public surface, as apps compile against it.</summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new()
    {
        IncludeAssemblyAttributes = false,
        DenyNamespacePrefixes = ["OrleansCodeGen"],

        // Orleans and Microsoft.Extensions are where extension methods and options belong.
        AllowNamespacePrefixes = ["Orleans.Hosting", "Microsoft.Extensions.DependencyInjection"],
    };

    [Fact]
    public void PublicApi_OfTheEngine_IsAsPinned() =>
        PinnedText.AssertEqual("LiveStash.Orleans.txt", typeof(IStashGrain).Assembly.GeneratePublicApi(Options));

    [Fact]
    public void PublicApi_OfTheServer_IsAsPinned() =>
        PinnedText.AssertEqual("LiveStash.Orleans.Server.txt", typeof(StashGrain).Assembly.GeneratePublicApi(Options));

    [Fact]
    public void PublicApi_OfTheStoreInPostgreSql_IsAsPinned() =>
        PinnedText.AssertEqual("LiveStash.Orleans.PostgreSql.txt", typeof(PostgreSqlStashStoreOptions).Assembly.GeneratePublicApi(Options));
}
