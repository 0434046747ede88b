namespace Recipes.Parts;

/// <summary>The recipes that are a page.</summary>
internal static class RecipeList
{
    public static IReadOnlyList<(string Path, string Name, string Question)> All { get; } =
    [
        ("/loading/1", "Loading", "My page loads its data. What of that comes back?"),
        ("/services", "Services", "My pages share a scoped service."),
        ("/forms", "Forms", "I have an EditForm, with fields in a child component."),
        ("/lists", "Lists", "I have several of a component in a list."),
        ("/dialogs", "Dialogs", "A dialog was open when the server went."),
        ("/layouts/report", "Layouts", "My layout has state of its own."),
        ("/base-classes", "Base classes", "My component has a base class already."),
        ("/versions", "Versions", "I deploy a version that means something else by what is saved."),
        ("/letters", "Sign-in", "Users sign in and out, and sessions run out."),
    ];
}
