using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;

namespace LiveStash.Elevator.World;

/// <summary>
/// The wall clocks of the nodes, each of which can be moved: by a library that their processes load, which a C compiler makes of
/// <c>clock.c</c>. The clock by which programs wait goes on, as it does where a machine's clock is set.
/// </summary>
internal sealed class Clocks : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("livestash-clocks-");

    public static bool CanBeMoved { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(static folder => File.Exists(Path.Combine(folder, "cc")));

    private string Library => Path.Combine(_folder.FullName, "clock.so");

    public async Task InitializeAsync()
    {
        using var compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O2", "-o", Library, Path.Combine(AppContext.BaseDirectory, "World", "clock.c")]) { RedirectStandardError = true })!;
        var error = await compiler.StandardError.ReadToEndAsync();
        await compiler.WaitForExitAsync();
        Assert.True(compiler.ExitCode == 0, $"The library that moves clocks could not be compiled: {error}");
    }

    /// <summary>What a node's process is started with, for its clock to be moved.</summary>
    /// <param name="node">Its number.</param>
    public IReadOnlyDictionary<string, string> Of(int node)
    {
        Set(node, TimeSpan.Zero);
        return new Dictionary<string, string> { ["LD_PRELOAD"] = Library, ["ELEVATOR_CLOCK"] = FileOf(node) };
    }

    /// <summary>Has a node's clock differ from the machine's.</summary>
    /// <param name="node">Its number.</param>
    /// <param name="difference">In whole seconds; ahead of it where that is positive.</param>
    public void Set(int node, TimeSpan difference)
    {
        Span<byte> seconds = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(seconds, (long)difference.TotalSeconds);
        using var file = new FileStream(FileOf(node), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(seconds);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string FileOf(int node) => Path.Combine(_folder.FullName, node.ToString(CultureInfo.InvariantCulture));
}
