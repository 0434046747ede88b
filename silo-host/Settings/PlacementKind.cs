namespace SiloHost.Settings;

/// <summary>Which silo takes a new stash.</summary>
internal enum PlacementKind
{
    PreferLocal,
    Random,
    ActivationCount,
}
