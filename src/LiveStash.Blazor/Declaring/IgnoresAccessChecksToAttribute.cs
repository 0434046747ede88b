#pragma warning disable IDE0130 // The runtime knows the attribute by this name.
namespace System.Runtime.CompilerServices;

/// <summary>
/// Lets an assembly use what is internal or private in another one. The runtime has known it since .NET Core 2.0 and declares no
/// type for it; System.Reflection.DispatchProxy uses it in the same way.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
