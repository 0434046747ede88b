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
    private Initialization? _begun;

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

        return parameters;
    }

    public override Task Entered(Task completion)
    {
        if (_begun is not null)
        {
            _begun.Returns();
            _begun = null;
            if (completion.IsCompleted)
            {
                watch.LoadingEnds(_slot!);
            }
            else
            {
                _ = LoadAsync(completion);
            }
        }

        return completion;
    }

    public override void Handling()
    {
        if (_slot is { Loading: > 0 })
        {
            watch.LookAt(_slot);
        }
    }

    public override Task Handled(Task completion)
    {
        if (_slot is { Loading: > 0 })
        {
            watch.LookAt(_slot);
        }

        return completion;
    }

    public override void Rendering()
    {
        if (_slot is { Loading: > 0 } && Initialization.Runs(_slot))
        {
            // Before it is seen.
            _slot.TakeInitialization();
        }
    }

    public override void Leaving() => _slot?.Dispose();

    private void Begin()
    {
        watch.LoadingStarts(_slot!);
        _begun = new(watch, _slot!, _dispatcher!);
        _begun.Begins();
    }

    private async Task LoadAsync(Task completion)
    {
        // Its failure is the renderer's to see, which has the task too.
        await completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        watch.LoadingEnds(_slot!);
    }
}
