namespace SiloHost.Settings;

/// <summary>Where the reminders are kept that delete expired stashes.</summary>
internal enum ReminderKind
{
    InMemory,
    AdoNet,
}
