using Microsoft.AspNetCore.Components;

namespace LiveStash.Declaring;

/// <summary>What a component of a derived type tells of its life. Called by generated code, on the renderer's dispatcher.</summary>
internal abstract class StashHook
{
    /// <summary>Before it is attached to the renderer.</summary>
    public abstract void Attaching(RenderHandle renderer);

    /// <summary>Before the component takes parameters.</summary>
    /// <returns>The parameters it is to take.</returns>
    public abstract ParameterView Entering(ParameterView parameters);

    /// <summary>After it took them: what it does with them may still be under way.</summary>
    /// <returns>The same task.</returns>
    public abstract Task Entered(Task completion);

    /// <summary>Before it handles an event.</summary>
    public abstract void Handling();

    /// <summary>After it handled one, as far as that goes at once.</summary>
    /// <returns>The same task.</returns>
    public abstract Task Handled(Task completion);

    /// <summary>Before it renders.</summary>
    public abstract void Rendering();

    /// <summary>Before it is disposed of.</summary>
    public abstract void Leaving();
}
