namespace OrdinaryApp.Hosting;

/// <summary>Whether the engine can be reached.</summary>
internal sealed class Switch
{
    public bool IsOn { get; set; } = true;
}
