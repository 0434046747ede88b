namespace SiloHost.Settings;

/// <summary>How log lines are written to the console.</summary>
internal enum LogFormat
{
    Text,
    Json,
}
