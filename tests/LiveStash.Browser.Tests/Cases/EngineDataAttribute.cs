using System.Reflection;
using Xunit.Sdk;

namespace LiveStash.Browser.Tests.Cases;

/// <summary>Rows of a theory: each engine of the kind, with each further value where there are any.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EngineDataAttribute(EngineKind kind, params string[] values) : DataAttribute
{
    /// <summary>The kind of the engines.</summary>
    public EngineKind Kind => kind;

    /// <summary>The further values.</summary>
    public IReadOnlyList<string> Values => values;

    /// <inheritdoc />
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        from engine in EngineUnderTest.All
        where kind == EngineKind.Any || engine.OutlivesServer == (kind == EngineKind.OutlivesServer)
        from value in values.Length == 0 ? [null] : values.AsEnumerable<string?>()
        select value is null ? new object[] { engine.Name } : [engine.Name, value];
}
