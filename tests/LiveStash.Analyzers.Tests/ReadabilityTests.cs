using System.Collections.ObjectModel;
using System.Text.Json;
using LiveStash.Analyzers.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Analyzers.Tests;

public sealed class ReadabilityTests
{
    private static readonly Compilation Compilation = CSharpCompilation.Create("Samples", references: [.. References.All, MetadataReference.CreateFromFile(typeof(SampleTypes).Assembly.Location)]);

    private static readonly Readability Readability = new(Compilation);

    public static TheoryData<string> Samples => [.. typeof(SampleTypes).GetProperties().Select(static property => property.Name)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void FindUnreadable_OfAType_SaysWhatTheSerializerSays(string name)
    {
        using var services = new ServiceCollection().AddLogging().AddLiveStash().Services.BuildServiceProvider();
        var serializer = services.GetRequiredService<IStashSerializer>();
        var property = Assert.IsAssignableFrom<IPropertySymbol>(Assert.Single(Compilation.GetTypeByMetadataName(typeof(SampleTypes).FullName!)!.GetMembers(name)));

        var expected = serializer.FindUnreadable(typeof(SampleTypes).GetProperty(name)!.PropertyType);
        var actual = Readability.FindUnreadable(property.Type);

        Assert.True(expected is null == actual is null, $"The serializer says: {expected ?? "readable"}. The analyzer says: {actual ?? "readable"}.");
    }

    /// <summary>What the analyzer knows and the serializer finds out only when it reads or writes a value.</summary>
    [Theory]
    [InlineData(typeof(ReadOnlyCollection<int>), "[1]")]
    [InlineData(typeof(Dictionary<Drawing, int>), """{"a":1}""")]
    [InlineData(typeof(Action), "{}")]
    [InlineData(typeof(int[,]), "[[1]]")]
    [InlineData(typeof(nint), "1")]
    [InlineData(typeof(Two), "{}")]
    [InlineData(typeof(IReadOnlySet<int>), "[1]")]
    [InlineData(typeof(Type), "{}")]
    [InlineData(typeof(TimeZoneInfo), "{}")]
    public void Deserialize_OfATypeOnlyTheAnalyzerFinds_Throws(Type type, string json) =>
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize(json, type));

    [Theory]
    [InlineData(typeof(IDictionary<DayOfWeek, int>), """{"1":1}""")]
    [InlineData(typeof(ISet<int>), "[1]")]
    public void Deserialize_OfAnInterfaceTheAnalyzerLetsPass_Reads(Type type, string json) => Assert.NotNull(JsonSerializer.Deserialize(json, type));

    private sealed class Two
    {
        public Two(int number) => _ = number;

        public Two(string text) => _ = text;
    }
}
