using System.Diagnostics;
using LiveStash.Orleans.Tests.Infrastructure;
using LiveStash.Tests.Blazor.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace LiveStash.Orleans.Tests.Measuring;

/// <summary>A page's save, and what it calls in the cluster.</summary>
public sealed class PropagationTests
{
    private const string OrleansCalls = "Microsoft.Orleans.Application";

    [Fact]
    public async Task Save_WithActivityPropagation_TheGrainsCallIsBelowIt()
    {
        await using var cluster = await StashCluster.StartAsync(
            withStorage: false, configureSilo: static silo => silo.AddActivityPropagation(), configureClient: static client => client.AddActivityPropagation());
        await using var server = new TestServer(static builder => builder.UseOrleans(), services: services => services.AddSingleton<IGrainFactory>(cluster.Cluster.Client));
        await using var circuit = await server.OpenAsync(new());
        var counter = await circuit.AddAsync<Counter>();
        using var spans = new Spans("LiveStash", OrleansCalls);

        Assert.True((await circuit.DoAsync(() => counter.SetAsync(1))).IsSaved);

        var save = Assert.Single(spans.Of("livestash.save"));
        await Until.TrueAsync(() => spans.All.Count(static span => span.Source.Name == OrleansCalls && span.Kind == ActivityKind.Server) > 0, "the grain was called");
        var call = spans.All.Single(static span => span.Source.Name == OrleansCalls && span.Kind == ActivityKind.Server);
        Assert.Contains(save.SpanId, Above(call, spans));
    }

    private static IEnumerable<ActivitySpanId> Above(Activity span, Spans spans)
    {
        var byId = spans.All.ToDictionary(static one => one.SpanId);
        for (var id = span.ParentSpanId; id != default; id = byId.TryGetValue(id, out var parent) ? parent.ParentSpanId : default)
        {
            yield return id;
        }
    }
}
