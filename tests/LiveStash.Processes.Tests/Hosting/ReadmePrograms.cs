using LiveStash.Browser.Tests.Hosting;
using Xunit.Abstractions;

namespace LiveStash.Processes.Tests.Hosting;

/// <summary>Programs by the lines of a README, as in one shell.</summary>
/// <param name="variables">What was exported.</param>
/// <param name="output">Gets what they logged.</param>
internal sealed class ReadmePrograms(IReadOnlyDictionary<string, string> variables, ITestOutputHelper output) : IAsyncDisposable
{
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("livestash-keys-");
    private readonly List<NodeProcess> _nodes = [];

    /// <summary>A line <c>dotnet run --project NAME [-- arguments]</c>. Ports that it leaves to the program's default are others here.</summary>
    public NodeProcess Add(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["dotnet", "run", "--project"], words[..3]);
        var (name, args) = (words[3], words.Skip(5).Where(static word => !word.StartsWith("--urls=", StringComparison.Ordinal)).ToList());
        var isSilo = name == "silo-host";
        foreach (var port in new[] { "SiloPort", "GatewayPort" }.Where(port => isSilo && !args.Any(arg => arg.Contains(port, StringComparison.Ordinal))))
        {
            args.Add($"--Orleans:Endpoints:{port}={FreePort.Take()}");
        }

        if (!isSilo)
        {
            args.Add($"--DataProtection:Keys={_keys.FullName}");
        }

        var node = new NodeProcess(name, isSilo ? BuildOutput.SiloHost : BuildOutput.ClusterSample, isSilo ? "/health/ready" : "/healthz", 0, 0, args, variables);
        _nodes.Add(node);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
            output.WriteLine($"--- {node.Name}{Environment.NewLine}{string.Join(Environment.NewLine, node.Log.ProblemsInShort())}");
        }

        _keys.Delete(recursive: true);
    }
}
