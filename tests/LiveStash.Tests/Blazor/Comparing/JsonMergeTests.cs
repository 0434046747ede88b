using System.Text;
using LiveStash.Comparing;

namespace LiveStash.Tests.Blazor.Comparing;

/// <summary>Two that have changed one object.</summary>
public sealed class JsonMergeTests
{
    [Theory]
    [InlineData("""{"a":1,"b":1}""", """{"a":2,"b":1}""", """{"a":1,"b":3}""", """{"a":2,"b":3}""")] // each another member
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":3}""", """{"a":2}""")] // the same: the user's
    [InlineData("""{"a":{"x":1}}""", """{"a":{"x":1}}""", """{"a":{"x":2}}""", """{"a":{"x":2}}""")]
    [InlineData("""{"a":[1]}""", """{"a":[1,2]}""", """{"a":[3]}""", """{"a":[1,2]}""")] // a list is one value
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""", """{"a":1,"c":3}""", """{"a":1,"b":2,"c":3}""")] // where null is left out: set by either
    [InlineData("""{"a":1,"b":1}""", """{"b":1}""", """{"a":1,"b":2}""", """{"b":2}""")] // and set to null by the user
    [InlineData("""{"a":1,"b":1}""", """{"a":1,"b":2}""", """{"b":1}""", """{"b":2}""")] // and by the other
    public void Merge_OfObjects_TheUsersMembersAndAllElseOfTheOther(string made, string users, string others, string expected) =>
        Assert.Equal(expected, Merge(made, users, others));

    [Theory]
    [InlineData("[1]", "[2]", "[3]")]
    [InlineData("null", """{"a":1}""", """{"a":2}""")]
    [InlineData("""{"a":1}""", """{"a":2}""", "null")]
    [InlineData("""{"$type":"cat","a":1}""", """{"$type":"cat","a":2}""", """{"$type":"dog","a":1}""")]
    [InlineData("not JSON", "not JSON", "not JSON")]
    [InlineData("", "", "")]
    public void Merge_OfAnythingElse_Null(string made, string users, string others) => Assert.Null(Merge(made, users, others));

    private static string? Merge(string made, string users, string others) =>
        JsonMerge.Merge(Encoding.UTF8.GetBytes(made), Encoding.UTF8.GetBytes(users), Encoding.UTF8.GetBytes(others)) is { } merged ? Encoding.UTF8.GetString(merged) : null;
}
