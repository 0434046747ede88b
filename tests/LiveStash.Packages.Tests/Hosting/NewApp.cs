namespace LiveStash.Packages.Tests.Hosting;

/// <summary>An app in a folder of its own, outside of the repo.</summary>
internal sealed class NewApp(string folder, string name)
{
    private const string BeforeBuild = "var app = builder.Build();";

    public string Name => name;

    public string Folder => folder;

    /// <summary>The project file; its name is the assembly's.</summary>
    public string Project => Path.Combine(folder, $"{name}.csproj");

    public string Read(string path) => File.ReadAllText(Path.Combine(folder, path));

    public void Write(string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Replace(string path, string text, string by)
    {
        var before = Read(path);
        Assert.Contains(text, before, StringComparison.Ordinal);
        Write(path, before.Replace(text, by, StringComparison.Ordinal));
    }

    /// <summary>Puts lines into Program.cs, where services are registered.</summary>
    public void Register(string lines) => Replace("Program.cs", BeforeBuild, $"{lines}{Environment.NewLine}{BeforeBuild}");
}
