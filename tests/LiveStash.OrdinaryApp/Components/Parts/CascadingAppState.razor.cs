using LiveStash;
using Microsoft.AspNetCore.Components;

namespace OrdinaryApp.Components.Parts;

/// <summary>The app's state as a component around its pages, with the code in a file of its own.</summary>
public partial class CascadingAppState
{
    private string _message = "";

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Renders all that it is given to when it is set.</summary>
    [Stash(Scope = StashScope.Tab)]
    public string Message
    {
        get => _message;
        set
        {
            _message = value;
            _ = InvokeAsync(StateHasChanged);
        }
    }

    [Stash(Scope = StashScope.Tab)]
    public int Count { get; set; }
}
