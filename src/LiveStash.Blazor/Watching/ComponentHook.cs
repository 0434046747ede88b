using LiveStash.Comparing;
using LiveStash.Declaring;
using Microsoft.AspNetCore.Components;

namespace LiveStash.Watching;

/// <summary>Follows one component: names its slot by its parameters, tells initialization from change, and notices that it goes.</summary>
internal sealed class ComponentHook(SlotWatch watch, object component, StashPlan plan) : StashHook
{
    private StashSlotSettings _settings = new();
    private StashSlot? _slot;
    private bool _loads;

    public override void Attaching(RenderHandle renderer) => watch.WorksOn(renderer.Dispatcher);

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
            _loads = true;
            watch.LoadingStarts(_slot);

            // What .NET hands over from the prerendered page is in its property already, under what was recovered.
            return plan.IsHandedOver ? ParameterView.Empty : parameters;
        }

        if (_settings.Key is null && plan.Key.From(parameters, _slot.Key) is var key && key != _slot.Key)
        {
            watch.Move(_slot, key);
            _loads = true;
            watch.LoadingStarts(_slot);
        }

        return parameters;
    }

    public override Task Entered(Task completion)
    {
        if (_loads)
        {
            _loads = false;
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
            // What the initialization has set by now is not what the event is about to change.
            _slot.TakeInitialization();
        }
    }

    public override Task Handled(Task completion)
    {
        if (_slot is { Loading: > 0, IsAutomatic: true })
        {
            // The user's, before it is rendered: not to be put back to what was recovered.
            _slot.Look();
        }

        return completion;
    }

    public override void Rendering()
    {
        if (_slot is { Loading: > 0 })
        {
            _slot.TakeInitialization();
        }
    }

    public override void Leaving() => _slot?.Dispose();

    private async Task LoadAsync(Task completion)
    {
        // Its failure is the renderer's to see, which has the task too.
        await completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        watch.LoadingEnds(_slot!);
    }
}
