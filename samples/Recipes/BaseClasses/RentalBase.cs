using LiveStash;
using Microsoft.AspNetCore.Components;

namespace Recipes.BaseClasses;

/// <summary>The base class that an app's pages have already.</summary>
/// <typeparam name="TService">The service of which the page has its own.</typeparam>
public abstract class RentalBase<TService> : OwningComponentBase<TService>
    where TService : notnull
{
    [Stash]
    protected int Days { get; set; } = 1;
}
