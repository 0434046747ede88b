namespace LiveStash.Browser.Tests.Browsing;

/// <summary>
/// What runs in each document before its own scripts. It notes every pair of status and value that the DOM ever had while
/// the page was interactive, whether painted or not, each connection to the circuit, and each state of a reconnect dialog.
/// </summary>
internal static class PageRecorder
{
    public const string Script =
        """
        (() => {
          const seen = { document: `${performance.timeOrigin}-${Math.random()}`, renders: [], sockets: 0, dialog: [] };
          Object.defineProperty(window, '__seen', { value: seen });
          const look = () => {
            const page = document.querySelector('[data-stash-status], [data-interactive]');
            const status = page?.dataset.stashStatus ?? (page?.dataset.interactive === 'true' ? 'Interactive' : '');
            const value = document.querySelector('.stat-value')?.textContent ?? '';
            const last = seen.renders.at(-1);
            if (status && (last?.status !== status || last.value !== value)) {
              seen.renders.push({ status, value, at: Date.now() });
            }
            const dialog = document.getElementById('components-reconnect-modal')?.className;
            if (dialog !== undefined && seen.dialog.at(-1) !== dialog) {
              seen.dialog.push(dialog);
            }
          };
          new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
          const Socket = window.WebSocket;
          window.WebSocket = class extends Socket {
            constructor(...args) {
              super(...args);
              this.addEventListener('open', () => seen.sockets++);
            }
          };
        })();
        """;
}
