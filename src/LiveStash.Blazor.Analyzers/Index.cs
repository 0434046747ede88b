namespace System;

/// <summary>What the compiler makes list patterns of; .NET Standard 2.0 has none.</summary>
internal readonly struct Index(int value, bool fromEnd = false)
{
    public int GetOffset(int length) => fromEnd ? length - value : value;
}
