using Microsoft.Extensions.DependencyInjection;

namespace LiveStash;

/// <summary>What <c>AddLiveStash()</c> returns: engines and settings are added to it.</summary>
public interface ILiveStashBuilder
{
    /// <summary>The app's services.</summary>
    IServiceCollection Services { get; }
}
