namespace SiloHost.Settings;

/// <summary>A setting of one type.</summary>
/// <param name="Key">See <see cref="Setting"/>.</param>
/// <param name="Unit">See <see cref="Setting"/>.</param>
/// <param name="Description">See <see cref="Setting"/>.</param>
/// <param name="Default">The value where nothing is configured.</param>
/// <param name="Parse">Reads a text; the error ends the sentence "it is 'text'; ".</param>
internal sealed record SettingOf<T>(string Key, string Unit, string Description, T Default, Func<string, (T Value, string? Error)> Parse)
    : Setting(Key, Unit, Description)
{
    public override string DefaultText => Default switch
    {
        null or "" => "none",
        bool value => value ? "true" : "false",
        _ => Default.ToString()!,
    };

    /// <summary>The configured value, or the default where there is none or where it cannot be read.</summary>
    public T Get(IConfiguration configuration) => Read(configuration) is { Error: null } read ? read.Value : Default;

    public override string? Check(IConfiguration configuration) =>
        Read(configuration) is { Error: { } error } ? $"{Key} is '{configuration[Key]}'; {error}" : null;

    // An empty text is what a template leaves behind for a setting that is not set.
    private (T Value, string? Error) Read(IConfiguration configuration) =>
        configuration[Key] is { Length: > 0 } text ? Parse(text) : (Default, null);
}
