using LiveStash.Comparing;
using LiveStash.Declaring;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Watching;

/// <summary>Follows one component: names its slot by its parameters, tells initialization from change, and notices that it goes.</summary>
internal sealed class ComponentHook(SlotWatch watch, object component, StashPlan plan) : StashHook
{
    private StashSlotSettings _settings = new();
    private StashSlot? _slot;
    private Dispatcher? _dispatcher;
    private Initialization? _initialization;
    private bool _loads;
    private bool _takes;
    private bool _isKeyTold;

    public override void Attaching(RenderHandle renderer) => watch.WorksOn(_dispatcher = renderer.Dispatcher);

    public override ParameterView Entering(ParameterView parameters)
    {
        if (_slot is null)
        {
            if (plan.NeedsParameters || plan.IsHandedOver)
            {
                parameters.SetParameterProperties(component);
                _settings = (component as IHasStashSettings)?.StashSettings ?? _settings;
            }

            _slot = watch.Attach(component, plan, _settings, _settings.Key ?? plan.Key.From(parameters, null), isHooked: true);
            Begin();

            // What .NET hands over from the prerendered page is in its property already, under what was recovered.
            return plan.IsHandedOver ? ParameterView.Empty : parameters;
        }

        if (_settings.Key is null && plan.Key.From(parameters, _slot.Key) is var key && key != _slot.Key)
        {
            watch.Move(_slot, key);
            Begin();
        }
        else if (watch.LoadsOn(_slot))
        {
            Begin();
        }
        else if (_slot.Loading > 0 && _initialization is { TakesParameters: true } initialization)
        {
            if (initialization.IsForTheUserAlone)
            {
                // What the user has set is not what the page is about to give.
                _slot.LookAtTheUsers();
            }

            _takes = true;
            initialization.Begins();
        }

        return parameters;
    }

    public override Task Entered(Task completion)
    {
        if (_loads)
        {
            _loads = false;
            _initialization!.Returns();
            if (completion.IsCompleted)
            {
                End(_initialization);
            }
            else
            {
                _ = LoadAsync(completion, _initialization);
            }
        }
        else if (_takes)
        {
            _takes = false;
            _initialization!.Returns();
        }

        if (!_isKeyTold && _settings.Key is { } key && component is IHasStashSettings { StashSettings.Key: var present } && present != key)
        {
            _isKeyTold = true;
            watch.KeyHasChanged(plan.TypeName, key, present);
        }

        return completion;
    }

    public override void Handling()
    {
        if (_slot is { Loading: > 0 })
        {
            // What the initialization has set by now is not what the event is about to change.
            _slot.TakeInitialization();
            _initialization!.HandlerBegins();
        }
    }

    public override Task Handled(Task completion)
    {
        if (_slot is { Loading: > 0 })
        {
            _slot.LookAtTheUsers();
            _initialization!.HandlerReturns();
        }

        return completion;
    }

    public override void Rendering()
    {
        if (_slot is not { Loading: > 0 } || _initialization is null)
        {
            return;
        }

        if (_initialization.IsForTheUser)
        {
            // Before it is rendered: not to be put back to what was recovered.
            _slot.LookAtTheUsers();
        }
        else
        {
            _slot.TakeInitialization();
            _initialization.Renders();
        }
    }

    public override void Leaving()
    {
        _slot?.Dispose();
        _initialization?.Ends();
    }

    private void Begin()
    {
        _loads = true;
        watch.LoadingStarts(_slot!);
        _initialization?.Ends();
        _slot!.Initialization = _initialization = new(_slot, _dispatcher!);
        _initialization.Begins();
    }

    private void End(Initialization initialization)
    {
        watch.LoadingEnds(_slot!);
        initialization.Ends();
    }

    private async Task LoadAsync(Task completion, Initialization initialization)
    {
        // Its failure is the renderer's to see, which has the task too.
        await completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        End(initialization);
    }
}
