namespace SiloHost.Settings;

/// <summary>A setting: what <c>--help</c> prints of it and how its text is read.</summary>
/// <param name="Key">As in appsettings.json, with colons.</param>
/// <param name="Unit">What its text is.</param>
/// <param name="Description">What it does.</param>
internal abstract record Setting(string Key, string Unit, string Description)
{
    /// <summary>The default as it would be written.</summary>
    public abstract string DefaultText { get; }

    /// <summary>What is wrong with the value that is configured; <see langword="null"/> if nothing is.</summary>
    public abstract string? Check(IConfiguration configuration);
}
