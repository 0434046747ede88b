namespace LiveStash.Browser.Tests.Pages;

/// <summary>A reconnect dialog of the app's own.</summary>
internal static class AppDialog
{
    /// <summary>Runs in each document before its own scripts, and adds the dialog.</summary>
    public const string Script =
        """
        addEventListener('DOMContentLoaded', () => {
          const dialog = document.createElement('dialog');
          dialog.id = 'components-reconnect-modal';
          document.body.append(dialog);
        });
        """;
}
