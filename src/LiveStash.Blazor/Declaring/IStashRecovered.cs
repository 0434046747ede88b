namespace LiveStash;

/// <summary>A component or service that wants to know when its values came back.</summary>
public interface IStashRecovered
{
    /// <summary>
    /// Runs on the dispatcher after values were put into the <c>[Stash]</c> properties: before <c>OnInitialized</c>, or, where
    /// the engine answered late, before the component is rendered again.
    /// </summary>
    void OnStashRecovered();
}
