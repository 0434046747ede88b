using System.Reflection;
using Xunit.Sdk;

namespace LiveStash.Browser.Tests.Cases;

/// <summary>
/// Rows of a theory: each engine of the kind. Where there are further values, each engine comes with one of them, in turn, and
/// no value is left out: they are variants of one behaviour, and not each of them with each engine is another.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EngineDataAttribute(EngineKind kind, params string[] values) : DataAttribute
{
    /// <summary>The kind of the engines.</summary>
    public EngineKind Kind => kind;

    /// <summary>The further values.</summary>
    public IReadOnlyList<string> Values => values;

    /// <inheritdoc />
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        var engines = EngineUnderTest.All.Where(engine => kind == EngineKind.Any || engine.OutlivesServer == (kind == EngineKind.OutlivesServer)).ToArray();
        for (var row = 0; row < Math.Max(engines.Length, values.Length); row++)
        {
            var engine = engines[row % engines.Length].Name;
            yield return values.Length == 0 ? [engine] : [engine, values[row % values.Length]];
        }
    }
}
