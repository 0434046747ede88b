namespace LiveStash.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Fact]
    public void LiveStash_PublicApi_IsAsPinned() => PublicApiPin.Verify(typeof(StashId).Assembly);

    [Fact]
    public void Verify_AnotherText_FailsShowingTheDifferenceAndWritesWhatItGot()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (pinned, received) = (Path.Combine(folder.FullName, "A.txt"), Path.Combine(folder.FullName, "out", "A.received.txt"));
            File.WriteAllText(pinned, "one\r\ntwo\r\nthree\r\nfour\r\n");

            var failure = Assert.Throws<Xunit.Sdk.FailException>(() => PublicApiPin.Verify("one\nthree\n3.5\nfour", pinned, received));

            Assert.Contains("  one\n- two\n  three\n+ 3.5\n", failure.Message.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.Contains(received, failure.Message, StringComparison.Ordinal);
            Assert.Equal("one\nthree\n3.5\nfour\n", File.ReadAllText(received));

            File.Copy(received, pinned, overwrite: true);
            PublicApiPin.Verify("one\nthree\n3.5\nfour", pinned, received);
            Assert.False(File.Exists(received));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Verify_WithoutPinnedFile_Fails()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            Assert.Throws<Xunit.Sdk.FailException>(() => PublicApiPin.Verify("one", Path.Combine(folder.FullName, "A.txt"), Path.Combine(folder.FullName, "B.txt")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
