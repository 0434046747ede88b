namespace LiveStash.Browser.Tests.Hosting;

/// <summary>The blazor.web.js that a page gets.</summary>
public enum BlazorScript
{
    /// <summary>Whichever the host was built with.</summary>
    AsBuilt,

    /// <summary>That of .NET 10, from the SDK's asset package.</summary>
    Net10,

    /// <summary>That of .NET 9, from its runtime pack (BlazorScript=runtime-pack, see samples/BlazorScript.targets).</summary>
    Net9,
}
