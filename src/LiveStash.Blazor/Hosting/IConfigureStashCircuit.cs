namespace LiveStash.Hosting;

/// <summary>Changes the settings of a circuit before its stash is opened.</summary>
internal interface IConfigureStashCircuit
{
    /// <param name="circuit">The settings, with the app's as their start.</param>
    /// <param name="uri">The address the page was opened with.</param>
    void Configure(StashCircuitOptions circuit, Uri uri);
}
