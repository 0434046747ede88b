using System.Reflection;
using System.Text;
using System.Text.Json;
using LiveStash.Browser;
using LiveStash.Declaring;
using LiveStash.Tests.Blazor.Infrastructure;
using LiveStash.Tests.Fuzzing;
using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace LiveStash.Tests.Blazor.Fuzzing;

/// <summary>
/// Entries as a component recovers them, with names and values that an engine should never have: each property has what its
/// own entry can be read as, or what the component started with, whatever the others are.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class EntryFuzzTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int InputsPerServer = 100;
    private const int MaxDepth = 20_000;
    private const string SessionKey = "user:test:1";

    private static readonly PropertyInfo[] Properties = [.. typeof(FuzzedComponent).GetProperties().Where(property => property.IsDefined(typeof(StashAttribute)))];
    private static readonly JsonSerializerOptions Json = new LiveStashOptions().JsonSerializerOptions;

    private static readonly Dictionary<string, string[]> Values = new()
    {
        ["Number"] = ["5", "-2147483648"],
        ["Text"] = ["\"seven\"", "null", "\"\\u0000\\uFFFF\""],
        ["List"] = ["[1,2,3]", "[]"],
        ["Table"] = ["{\"a\":1.5,\"b\":79228162514264337593543950335}"],
        ["Anything"] = ["{\"a\":[1,{\"b\":null}]}", "1e308"],
        ["Nested"] = ["{\"Name\":\"n\",\"Next\":{\"Name\":null,\"Next\":null,\"At\":\"2031-02-03T04:05:06+00:00\",\"Scope\":0},\"At\":\"2031-02-03T04:05:06+00:00\",\"Scope\":1}"],
        ["Pet"] = ["{\"$type\":\"dog\",\"Name\":\"Rex\"}", "{\"$type\":\"cat\",\"Lives\":9}"],
        ["Bytes"] = ["\"AQIDBA==\""],
    };

    private TestServer _server = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public Task Recover_AnySpoiledNameOrValue_NoException_OnlyWhatCanBeRead_Bounded() => new FuzzRun(FuzzKind.Entry, output).EachAsync(MakeAsync);

    private async Task<FuzzCase> MakeAsync(Random random, int number)
    {
        if (number % InputsPerServer == 0)
        {
            await _server.DisposeAsync();
            _server = new();
        }

        var entries = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var property in Properties)
        {
            var (name, value) = (NameOf(property), Encoding.UTF8.GetBytes(Values[property.Name][random.Next(Values[property.Name].Length)]));
            switch (random.Next(6))
            {
                case 0:
                    entries[Mutator.Spoil(random, name, NameOf(Properties[random.Next(Properties.Length)]), 20_000).Text] = value;
                    break;
                case 1 or 2:
                    entries[name] = Value(random, value);
                    break;
                case 3:
                    break;
                default:
                    entries[name] = value;
                    break;
            }
        }

        if (random.Next(20) == 0)
        {
            for (var i = random.Next(4000); i > 0; i--)
            {
                entries[$"t:LiveStash.Tests.Blazor.Fuzzing.FuzzedComponent#{i}/Number"] = "1"u8.ToArray();
            }
        }

        var id = StashId.FromBytes(Mutator.Noise(random, StashId.ByteLength));
        var browser = new FakeBrowser { Lost = random.Next(2) == 0 };
        browser.PutTag(_server.Services.GetRequiredService<StashTags>().Protect(id, SessionKey));
        StashWrite write = new() { Epoch = 1, BaseVersion = 0, Replace = true, Changed = [.. entries.Select(entry => new StashEntry(entry.Key, entry.Value))], Terms = new(TimeSpan.FromHours(1)) };
        var isThere = (await _server.Engine.WriteAsync(id.BindTo(SessionKey), write)).IsOk;
        FuzzedComponent? component = null;
        TestCircuit? circuit = null;
        return new(
            isThere ? "entries" : "entries over the limits",
            new Shown(entries),
            async () =>
            {
                await using (circuit = await _server.OpenAsync(browser))
                {
                    component = await circuit.AddAsync<FuzzedComponent>();
                }
            },
            () => circuit!.Renderer.Errors.Count > 0 ? $"the page would have ended: {circuit.Renderer.Errors[0]}" : Judge(component!, isThere ? entries : []));
    }

    private static byte[] Value(Random random, byte[] valid) => random.Next(6) switch
    {
        0 => Encoding.UTF8.GetBytes(Mutator.NestedJson(random, MaxDepth)),
        1 => Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("1", random.Next(random.Next(20) == 0 ? 50_000 : 500)))}]"),
        2 => Encoding.UTF8.GetBytes(Mutator.Text(random, "0123456789", random.Next(1, 2000))),
        3 => Encoding.UTF8.GetBytes(Values.Values.ElementAt(random.Next(Values.Count))[0]),
        _ => Mutator.Spoil(random, valid, Encoding.UTF8.GetBytes(Values["Nested"][0]), 50_000).Bytes,
    };

    private static string? Judge(FuzzedComponent component, Dictionary<string, byte[]> entries)
    {
        var (untouched, applied) = (new FuzzedComponent(), 0);
        foreach (var property in Properties)
        {
            var (expected, isDropped) = (property.GetValue(untouched), false);
            if (entries.TryGetValue(NameOf(property), out var bytes))
            {
                try
                {
                    expected = JsonSerializer.Deserialize(bytes, property.PropertyType, Json);
                    applied++;
                }
                catch (Exception exception) when (exception is JsonException or NotSupportedException)
                {
                    isDropped = true;
                }
            }

            if (Text(property, property.GetValue(component)) != Text(property, expected))
            {
                return $"{property.Name} is {Text(property, property.GetValue(component))}, not {Text(property, expected)}";
            }

            if (component.Dropped.Contains(property.Name) != isDropped)
            {
                return $"{property.Name} is {(isDropped ? "not " : "")}named as dropped";
            }
        }

        return (component.Status == StashStatus.Recovered) == (applied > 0) ? null : $"the status is {component.Status} with {applied} properties";
    }

    private static string Text(PropertyInfo property, object? value) => JsonSerializer.Serialize(value, property.PropertyType, Json);

    private static string NameOf(PropertyInfo property) =>
        StashNames.Entry(StashNames.Slot(StashPlan.For(typeof(FuzzedComponent)), null), property.Name, StashScope.Tab);

    private sealed record Shown(Dictionary<string, byte[]> Entries)
    {
        public override string ToString() => string.Join("\n  ", Entries.Take(30).Select(entry => $"{entry.Key} = {Encoding.UTF8.GetString(entry.Value)}"));
    }
}
