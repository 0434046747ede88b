namespace LiveStash.Hosting;

internal sealed class ConfigureStashCircuit(Action<StashCircuitOptions, Uri> configure) : IConfigureStashCircuit
{
    public void Configure(StashCircuitOptions circuit, Uri uri) => configure(circuit, uri);
}
