namespace OrdinaryApp.Hosting;

/// <summary>Whether the engine can be reached.</summary>
internal sealed class Switch
{
    private int _refused;

    /// <summary>How many calls have found the engine out of reach.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public bool IsOn { get; set; } = true;

    public bool Asks()
    {
        if (!IsOn)
        {
            Interlocked.Increment(ref _refused);
        }

        return IsOn;
    }
}
