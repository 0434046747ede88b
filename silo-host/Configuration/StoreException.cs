namespace SiloHost.Configuration;

/// <summary>A server cannot be used. The message says which, and what to do.</summary>
internal sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it stays so until somebody changes a setting or the database.</summary>
    public bool IsLasting { get; init; }
}
