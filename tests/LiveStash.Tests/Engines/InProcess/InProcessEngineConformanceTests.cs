using LiveStash.Engines.InProcess;
using Microsoft.Extensions.Options;

namespace LiveStash.Tests.Engines.InProcess;

public sealed class InProcessEngineConformanceTests : StashEngineConformance
{
    protected override ValueTask<IStashEngine> CreateEngineAsync() => new(new InProcessEngine(
        Time, Microsoft.Extensions.Options.Options.Create(new LiveStashOptions()), Microsoft.Extensions.Options.Options.Create(new InProcessEngineOptions())));
}
