namespace SiloHost.Settings;

/// <summary>Where durable stashes are stored.</summary>
internal enum StorageKind
{
    Memory,
    AdoNet,
}
