using System.Collections.ObjectModel;
using System.Drawing;
using System.Numerics;
using System.Text.Json;
using LiveStash.Analyzers.Tests.Infrastructure;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.DependencyInjection;

namespace LiveStash.Analyzers.Tests;

public sealed class ReadabilityTests
{
    private static readonly Compilation Compilation = CSharpCompilation.Create("Samples", references: [.. References.All, .. new[] { typeof(SampleTypes), typeof(BigInteger), typeof(Color) }.Select(static type => MetadataReference.CreateFromFile(type.Assembly.Location))]);

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

    /// <summary>What System.Text.Json writes, and does not read.</summary>
    [Theory]
    [InlineData(typeof(Basket), false)]
    [InlineData(typeof(Private), false)]
    [InlineData(typeof(TwoWays), false)]
    [InlineData(typeof(Listed), true)]
    [InlineData(typeof(Ordered), true)]
    [InlineData(typeof(Chosen), true)]
    public void FindUnreadable_ClassWithItsOwnConstructor_IsReadableIfThatCanBeCalled(Type type, bool isReadable)
    {
        using var services = new ServiceCollection().AddLogging().AddLiveStash().Services.BuildServiceProvider();

        var reason = services.GetRequiredService<IStashSerializer>().FindUnreadable(type);

        Assert.True(isReadable == reason is null, reason ?? "readable");
        Assert.True(isReadable || reason!.Contains("has no constructor", StringComparison.Ordinal), reason);
    }

    /// <summary>Of a class in another assembly the compiler does not see whether there is anything to keep.</summary>
    [Theory]
    [InlineData("class Shown { int _number; public int Number => _number; }", false)]
    [InlineData("class Shown { int _number; public int Number => _number; public string Name { get; set; } }", true)]
    [InlineData("class Shown { public int Number => 1; }", true)]
    [InlineData("class Shown(int number) { int _number = number; public int Number => _number; }", true)]
    public void FindUnreadable_ClassOfTheApp_WhatComesBackEmptyIsFound(string code, bool isReadable)
    {
        var compilation = CSharpCompilation.Create("App", [CSharpSyntaxTree.ParseText(code)], References.All);

        var reason = new Readability(compilation).FindUnreadable(compilation.GetTypeByMetadataName("Shown")!);

        Assert.True(isReadable == reason is null, reason);
    }

    [Fact]
    public void FindUnreadable_ClassThatComesBackEmpty_SerializerSaysSoToo()
    {
        using var services = new ServiceCollection().AddLogging().AddLiveStash().Services.BuildServiceProvider();

        Assert.Contains("it would come back empty", services.GetRequiredService<IStashSerializer>().FindUnreadable(typeof(Closed)), StringComparison.Ordinal);
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
