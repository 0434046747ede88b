using System.Text.Json;

namespace LiveStash.Elevator.Actors;

/// <summary>What a tab shows at one moment, as the tab itself sees it.</summary>
/// <param name="Document">Another one after each load.</param>
/// <param name="At">When, in milliseconds since 1970.</param>
/// <param name="IsInteractive">Whether the page takes input.</param>
/// <param name="IsAway">Whether it says that the connection is gone, or that it waits.</param>
/// <param name="Status">Of the stash.</param>
/// <param name="Told">What the page was told is saved: the fields, separated by bars; empty for nothing.</param>
/// <param name="Fields">The fields' texts, in their order.</param>
internal sealed record Screen(string Document, double At, bool IsInteractive, bool IsAway, string Status, string Told, string[] Fields)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Of a tab that has not shown anything yet.</summary>
    public static Screen None { get; } = new("", 0, false, true, "", "", ["", "", ""]);

    /// <summary>The ids of the fields.</summary>
    public static IReadOnlyList<string> FieldIds { get; } = ["name", "street", "city"];

    /// <summary>The name of the function that <see cref="Script"/> calls with each screen that differs from the one before.</summary>
    public const string Binding = "__elevatorSees";

    /// <summary>Runs in each document before its own scripts.</summary>
    public const string Script =
        """
        (() => {
          const id = `${performance.timeOrigin}-${Math.random()}`;
          let last = '';
          const isShown = dialog => dialog !== null && getComputedStyle(dialog).display !== 'none';
          const look = () => {
            const page = document.getElementById('page');
            const screen = {
              document: id,
              isInteractive: page?.dataset.interactive === 'true',
              isAway: document.getElementById('livestash-reconnecting') !== null || isShown(document.getElementById('components-reconnect-modal')),
              status: page?.dataset.status ?? '',
              told: page?.dataset.told ?? '',
              fields: ['name', 'street', 'city'].map(field => document.getElementById(field)?.value ?? ''),
            };
            const text = JSON.stringify(screen);
            if (text !== last && globalThis.__elevatorSees) {
              last = text;
              __elevatorSees(JSON.stringify({ at: Date.now(), ...screen }));
            }
          };
          new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
          addEventListener('input', look, true);
          setInterval(look, 50);
          globalThis.__elevatorDocument = id;
        })();
        """;

    public bool IsUsable => IsInteractive && !IsAway;

    public static Screen Parse(string text) => JsonSerializer.Deserialize<Screen>(text, Json)!;
}
