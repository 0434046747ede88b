namespace SiloHost;

/// <summary>How the program ends.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something outside is not as needed, the database for example. Starting again may help.</summary>
    public const int Failed = 1;

    /// <summary>Starting again does not help.</summary>
    public const int BadSettings = 2;
}
