namespace LiveStash.Declaring;

/// <summary>Two owners have one key: in Development the end of the circuit, with the fix.</summary>
internal sealed class DuplicateKeyException(string message) : InvalidOperationException(message);
