using LiveStash.Records;

namespace LiveStash.Tests.Records;

public sealed class StashEntriesTests
{
    [Fact]
    public void Size_OfEntries_IsValuesPlusCharactersOfNames()
    {
        Assert.Equal(0, StashEntries.Size([]));
        Assert.Equal(3 + 2 + 5, StashEntries.Size([new("äöü", new byte[2]), new("", new byte[5])]));
        Assert.Equal(5, new StashEntry("äöü", new byte[2]).Size);
    }

    [Fact]
    public void Size_OverTheRangeOfInt_DoesNotOverflow()
    {
        var large = new StashEntry("a", new byte[64 * 1024 * 1024]);

        Assert.Equal(40L * large.Size, StashEntries.Size([.. Enumerable.Repeat(large, 40)]));
    }

    [Fact]
    public void Merge_NothingChanged_IsAnotherArrayWithTheSameEntries()
    {
        StashEntry[] current = [Entry("a", 1), Entry("b", 2)];

        var merged = StashEntries.Merge(current, [], []);

        Assert.NotSame(current, merged);
        Assert.Equal(current, merged);
    }

    [Fact]
    public void Merge_IntoNothing_SortsOrdinally()
    {
        var merged = StashEntries.Merge([], [Entry("b", 1), Entry("ä", 2), Entry("B", 3), Entry("", 4), Entry("a", 5)], []);

        Assert.Equal(["", "B", "a", "b", "ä"], merged.Select(entry => entry.Name));
    }

    [Fact]
    public void Merge_OnlyKnownNames_KeepsTheStringThatIsThere()
    {
        StashEntry[] current = [Entry("a", 1), Entry("name", 2)];

        var merged = StashEntries.Merge(current, [Entry(new string("name".AsSpan()), 3)], []);

        Assert.Same(current[1].Name, merged[1].Name);
        Assert.Equal(3, merged[1].Value.Span[0]);
        Assert.Equal(2, current[1].Value.Span[0]);
    }

    [Fact]
    public void Merge_SameNameRemovedAndChanged_KeepsTheChange()
    {
        var merged = StashEntries.Merge([Entry("a", 1), Entry("b", 2)], [Entry("a", 3)], ["a", "b"]);

        Assert.Equal(("a", 3), Text(Assert.Single(merged)));
    }

    [Fact]
    public void Merge_RandomSteps_EqualsADictionary()
    {
        // A fixed seed: a failure is the same failure every time. Few names, so that steps meet.
        var random = new Random(7);
        string[] names = ["", "a", "A", "b", "ab", "ä", "日", "👩", "z1", "z10", "z2"];
        for (var round = 0; round < 200; round++)
        {
            StashEntry[] current = [];
            var model = new Dictionary<string, byte>(StringComparer.Ordinal);
            for (var step = 0; step < 20; step++)
            {
                StashEntry[] changed = [.. Pick().Select(name => Entry(name, (byte)random.Next(256)))];
                string[] removed = random.Next(2) == 0 ? [] : Pick();
                var before = current.ToArray();
                var merged = StashEntries.Merge(current, changed, removed);

                foreach (var name in removed)
                {
                    model.Remove(name);
                }

                foreach (var entry in changed)
                {
                    model[entry.Name] = entry.Value.Span[0];
                }

                Assert.Equal(model.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, (int)pair.Value)), merged.Select(Text));
                Assert.Equal(before, current);
                current = merged;
            }
        }

        string[] Pick() => [.. random.GetItems(names, random.Next(5)).Distinct()];
    }

    private static StashEntry Entry(string name, byte value) => new(name, new[] { value });

    private static (string Name, int Value) Text(StashEntry entry) => (entry.Name, entry.Value.Span[0]);
}
