// What the user of a page sees that has lost its server.

/** Drives the app's own element `components-reconnect-modal` as Blazor would; where there is none, shows a small notice. */
class Display {
  static #states = ['show', 'hide', 'retrying', 'failed', 'rejected', 'paused', 'resume-failed'];
  #notice = null;
  #noticeTimer = null;
  #errorShown = false;
  #shown = false;

  show() {
    this.#shown = true;
    this.#errorShown = errorUi()?.style.display === 'block';
    this.#app({ state: 'show' });
  }

  retrying(attempt, wait) {
    this.#shown = true;
    const seconds = Math.round(wait / 1000);
    if (this.#app({ state: 'retrying', currentAttempt: attempt, secondsToNextAttempt: seconds })) {
      setText('components-reconnect-current-attempt', attempt);
      setText('components-seconds-to-next-attempt', seconds);
      return;
    }

    // A loss that is over at once is not worth a notice.
    this.#noticeTimer ??= setTimeout(() => { this.#notice ??= makeNotice('Connection lost. Reconnecting…', 'Try now'); }, 400);
  }

  /** The page is there and waits for its saved state. */
  hold() {
    this.#shown = true;
    this.#noticeTimer ??= setTimeout(() => { this.#notice ??= makeNotice('Waiting for what was saved…'); }, 400);
  }

  hide() {
    if (!this.#shown) {
      return;
    }

    this.#shown = false;
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = null;
    this.#notice?.remove();
    this.#notice = null;
    this.#app({ state: 'hide' });
    if (!this.#errorShown && errorUi()) {
      // Shown by Blazor for an attempt that failed; the connection stands now.
      errorUi().style.display = '';
    }
  }

  /** Answers whether the app has an element of its own. */
  #app(detail) {
    const element = document.getElementById('components-reconnect-modal');
    if (!element) {
      return false;
    }

    const keepsShown = detail.state === 'retrying';
    for (const state of Display.#states) {
      if (!(keepsShown && state === 'show')) {
        element.classList.remove(`components-reconnect-${state}`);
      }
    }

    element.classList.add(`components-reconnect-${detail.state}`);
    element.dispatchEvent(new CustomEvent('components-reconnect-state-changed', { detail }));
    return true;
  }
}

const errorUi = () => document.getElementById('blazor-error-ui');

function setText(id, value) {
  const element = document.getElementById(id);
  if (element) {
    element.textContent = String(value);
  }
}

/** Shows the notice. Styled through the CSSOM, which a strict content security policy allows. */
function makeNotice(what, retry) {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const notice = document.createElement('div');
  notice.id = 'livestash-reconnecting';
  notice.setAttribute('role', 'status');
  notice.setAttribute('data-permanent', '');
  Object.assign(notice.style, {
    position: 'fixed', insetInline: '0', bottom: '1.25rem', marginInline: 'auto', width: 'fit-content', maxWidth: 'calc(100vw - 2rem)',
    display: 'flex', gap: '0.9rem', alignItems: 'center', padding: '0.7rem 1rem', borderRadius: '0.8rem', zIndex: '2147483000',
    font: '500 0.95rem/1.35 system-ui, sans-serif', boxShadow: '0 6px 28px rgb(0 0 0 / 0.28)',
    color: dark ? '#f2f4f8' : '#14171f', background: dark ? '#262b36' : '#ffffff', border: `1px solid ${dark ? '#3a4150' : '#d9dee8'}`,
  });

  const text = document.createElement('span');
  text.textContent = what;
  notice.append(text);
  document.body.append(notice);
  if (!retry) {
    return notice;
  }

  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = retry;
  Object.assign(button.style, {
    font: 'inherit', cursor: 'pointer', padding: '0.3rem 0.8rem', borderRadius: '0.55rem', border: '1px solid currentColor',
    color: 'inherit', background: 'transparent',
  });
  button.addEventListener('click', () => dispatchEvent(new Event('livestash:retry')));
  notice.append(button);
  return notice;
}

const shown = new Display();

/** Calls a method of the display. */
const display = (method, ...args) => shown[method](...args);
