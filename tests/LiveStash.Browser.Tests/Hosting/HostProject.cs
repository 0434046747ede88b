namespace LiveStash.Browser.Tests.Hosting;

/// <summary>One of the web apps in samples/.</summary>
/// <param name="Name">The project's name, which is also its folder's and its assembly's.</param>
internal sealed record HostProject(string Name)
{
    /// <summary>One web server without Orleans.</summary>
    public static HostProject Embedded { get; } = new("Embedded");
}
