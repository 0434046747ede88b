using System.Runtime.CompilerServices;

namespace LiveStash.Orleans.Tests.Contracts;

/// <summary>Compares what the code is with a text file next to the test. <c>LIVESTASH_PIN=1</c> in the environment takes over what it is now.</summary>
internal static class PinnedText
{
    public static void AssertEqual(string fileName, string actual, [CallerFilePath] string testFile = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(testFile)!, fileName);
        actual = actual.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("LIVESTASH_PIN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{fileName} is missing. Run the test once with LIVESTASH_PIN=1.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
