namespace LiveStash.Browser.Tests.Hosting;

/// <summary>A web app that is started for a test.</summary>
/// <param name="Name">The project's name, which is also its folder's and its assembly's.</param>
/// <param name="Folder">The folder in which that folder is.</param>
internal sealed record HostProject(string Name, string Folder)
{
    /// <summary>The showcase: one web server without Orleans.</summary>
    public static HostProject Embedded { get; } = new("Embedded", "samples");

    /// <summary>An app of which no page knows more of LiveStash than <c>[Stash]</c>.</summary>
    public static HostProject OrdinaryApp { get; } = new("LiveStash.OrdinaryApp", "tests");

    /// <summary>The pages of the recipes.</summary>
    public static HostProject Recipes { get; } = new("Recipes", "samples");
}
