using System.Reflection;
using LiveStash.Browser.Tests.Hosting;
using Xunit.Sdk;

namespace LiveStash.Browser.Tests.Cases;

/// <summary>
/// Rows of a theory: each engine of the kind, with each further value where there are any. With a script, it is the second
/// value, and the rows are skipped, with the reason, where no host was built with it.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EngineDataAttribute(EngineKind kind, params string[] values) : DataAttribute
{
    /// <summary>The script that the pages get; with <see cref="BlazorScript.AsBuilt"/> the rows have no such value.</summary>
    public BlazorScript Script { get; init; }

    /// <summary>The kind of the engines.</summary>
    public EngineKind Kind => kind;

    /// <summary>The further values.</summary>
    public IReadOnlyList<string> Values => values;

    /// <inheritdoc />
    public override string Skip
    {
        // xunit declares it not nullable and takes null for "not skipped".
        get => Script == BlazorScript.AsBuilt ? null! : Engines.Select(engine => HostBuild.Find(engine.Host, Script).Reason).FirstOrDefault(reason => reason is not null)!;
        set => throw new NotSupportedException();
    }

    private IEnumerable<EngineUnderTest> Engines =>
        EngineUnderTest.All.Where(engine => kind == EngineKind.Any || engine.OutlivesServer == (kind == EngineKind.OutlivesServer));

    /// <inheritdoc />
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        from engine in Engines
        from value in values.Length == 0 ? [null] : values.AsEnumerable<string?>()
        select Row(engine.Name, value);

    private object[] Row(string engine, string? value) =>
        [engine, .. Script == BlazorScript.AsBuilt ? Array.Empty<object>() : [Script], .. value is null ? Array.Empty<object>() : [value]];
}
