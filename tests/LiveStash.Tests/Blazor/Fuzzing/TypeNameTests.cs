using System.Reflection;
using System.Text;
using System.Text.Json;
using LiveStash.Browser;
using LiveStash.Declaring;
using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Tests.Fuzzing;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Tests.Blazor.Fuzzing;

/// <summary>A type that an entry names, in any of the ways in which serializers have let it: nobody looks for it, and it changes nothing.</summary>
[Collection(FuzzCollection.Name)]
public sealed class TypeNameTests : IAsyncLifetime
{
    private const string SessionKey = "user:test:1";
    private const string Missing = "LiveStash.Evil.Payload, LiveStash.Evil";

    private readonly TestServer _server = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Theory]
    [InlineData("$type")]
    [InlineData("$Type")]
    [InlineData("__type")]
    [InlineData("@type")]
    [InlineData("_t")]
    [InlineData("$discriminator")]
    public async Task Recover_EntryThatNamesAType_TheTypeIsNeitherLookedForNorMade(string property)
    {
        var asked = new List<string?>();
        Assembly? Note(object? sender, ResolveEventArgs args)
        {
            asked.Add(args.Name);
            return null;
        }

        AppDomain.CurrentDomain.AssemblyResolve += Note;
        AppDomain.CurrentDomain.TypeResolve += Note;
        try
        {
            foreach (var name in new[] { Missing, typeof(Trap).AssemblyQualifiedName!, "System.IO.FileInfo, System.Private.CoreLib" })
            {
                var type = JsonSerializer.Serialize(name);
                var component = await RecoverAsync(new()
                {
                    ["Anything"] = $$"""{"{{property}}":{{type}},"FileName":"/bin/true"}""",
                    ["Nested"] = $$"""{"{{property}}":{{type}},"Name":"n","Next":{"{{property}}":{{type}},"Name":"m"} }""",
                    ["List"] = $$"""{"{{property}}":{{type}},"$values":[1]}""",
                    ["Pet"] = $$"""{"$type":{{type}},"Lives":1}""",
                });

                // Of a declared type as if the name were not there; plain JSON where the app has declared an object.
                Assert.Equal(("n", "m"), (component.Nested.Name, component.Nested.Next?.Name));
                Assert.Equal("/bin/true", Assert.IsType<JsonElement>(component.Anything).GetProperty("FileName").GetString());

                // Not among the kinds that the app has declared, or of another shape: dropped alone.
                Assert.Equal(["List", "Pet"], component.Dropped.Order());
                Assert.Equal(FuzzedComponent.Untouched, Assert.IsType<FuzzedComponent.Cat>(component.Pet).Lives);
            }
        }
        finally
        {
            AppDomain.CurrentDomain.AssemblyResolve -= Note;
            AppDomain.CurrentDomain.TypeResolve -= Note;
        }

        Assert.DoesNotContain(asked, name => name!.Contains("Evil", StringComparison.Ordinal));
        Assert.False(TrapDoor.IsSprung);
    }

    [Fact]
    public async Task Recover_EntryThatNamesADeclaredKind_IsThatKind()
    {
        var component = await RecoverAsync(new() { ["Pet"] = """{"$type":"dog","Name":"Rex"}""" });

        Assert.Equal("Rex", Assert.IsType<FuzzedComponent.Dog>(component.Pet).Name);
    }

    private async Task<FuzzedComponent> RecoverAsync(Dictionary<string, string> entries)
    {
        var id = StashId.New();
        var slot = StashNames.Slot(StashPlan.For(typeof(FuzzedComponent)), null);
        StashEntry[] changed = [.. entries.Select(entry => new StashEntry(StashNames.Entry(slot, entry.Key, StashScope.Tab), Encoding.UTF8.GetBytes(entry.Value)))];
        Assert.True((await _server.Engine.WriteAsync(id.BindTo(SessionKey), new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = changed, Terms = new(TimeSpan.FromHours(1)) })).IsOk);
        var browser = new FakeBrowser();
        browser.PutTag(_server.Services.GetRequiredService<StashTags>().Protect(id, SessionKey));
        await using var circuit = await _server.OpenAsync(browser);
        return await circuit.AddAsync<FuzzedComponent>();
    }

    private static class TrapDoor
    {
        public static bool IsSprung { get; set; }
    }

    /// <summary>Springs as soon as anybody so much as makes one.</summary>
    private sealed class Trap
    {
        public Trap() => TrapDoor.IsSprung = true;

        public string? FileName { get; set; }
    }
}
