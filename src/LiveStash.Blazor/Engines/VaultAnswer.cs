namespace LiveStash.Engines;

internal enum VaultAnswer
{
    Saved,
    Superseded,
    Full,
}
