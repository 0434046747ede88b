namespace SiloHost.Configuration;

/// <summary>A setting that cannot be used.</summary>
/// <param name="Key">Which.</param>
/// <param name="Message">What is wrong and what to set, to follow the key.</param>
/// <param name="Instead">A value with which the search for other errors goes on.</param>
internal sealed record SettingError(string Key, string Message, string? Instead = null)
{
    public override string ToString() => $"{Key} {Message}";
}
