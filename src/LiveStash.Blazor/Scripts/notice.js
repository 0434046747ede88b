// What the user of a page sees that has lost its server.

/** Drives the app's own dialog as Blazor would; where there is none, shows a small notice. */
class Display {
  // A loss that is over at once is worth neither, and must not take the focus.
  static #grace = 400;
  static #states = ['show', 'hide', 'retrying', 'failed', 'rejected', 'paused', 'resume-failed'];
  #dialog = null; // the app's own
  #notice = null;
  #timer = null;
  #last = null; // what is to be seen when the grace is over
  #open = false;

  show() {
    this.#dialog = ownDialog();
    this.#see(() => { });
  }

  retrying(attempt, wait) {
    const seconds = Math.round(wait / 1000);
    this.#see(() => {
      if (this.#dialog) {
        setText('components-reconnect-current-attempt', attempt);
        setText('components-seconds-to-next-attempt', seconds);
        this.#tell({ state: 'retrying', currentAttempt: attempt, secondsToNextAttempt: seconds });
      } else {
        this.#notice.show(text('connectionLost'), text('tryNow'));
      }
    });
  }

  /** No further attempt is made until the user or the network asks for one. */
  failed() {
    this.#see(() => this.#dialog ? this.#tell({ state: 'failed' }) : this.#notice.show(text('failed'), text('tryNow')));
  }

  /** The page is there and waits for its saved state. */
  hold() {
    this.#dialog = null;
    this.#see(() => this.#notice.show(text('waiting')));
  }

  hide() {
    clearTimeout(this.#timer);
    if (this.#open && this.#dialog) {
      this.#tell({ state: 'hide' });
    }

    this.#notice?.remove();
    [this.#dialog, this.#notice, this.#timer, this.#last, this.#open] = [null, null, null, null, false];
  }

  /** Shows the last of what is said within the grace when that is over, and from then on everything. */
  #see(what) {
    this.#last = what;
    if (!this.#dialog) {
      // There before its text is: only a change of what is there is announced.
      this.#notice ??= new Notice();
    }

    if (this.#open) {
      what();
    }

    this.#timer ??= setTimeout(() => {
      this.#open = true;
      if (this.#dialog) {
        this.#tell({ state: 'show' });
      }

      this.#last();
    }, Display.#grace);
  }

  #tell(detail) {
    const keepsShown = detail.state === 'retrying';
    for (const state of Display.#states) {
      if (!(keepsShown && state === 'show')) {
        this.#dialog.classList.remove(`components-reconnect-${state}`);
      }
    }

    this.#dialog.classList.add(`components-reconnect-${detail.state}`);
    this.#dialog.dispatchEvent(new CustomEvent('components-reconnect-state-changed', { detail }));
  }
}

/** Styled through the CSSOM, which a strict content security policy allows. */
class Notice {
  #box = document.createElement('div');
  #status = document.createElement('span');
  #button = null;

  constructor() {
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    this.#box.id = 'livestash-reconnecting';
    this.#box.setAttribute('data-permanent', '');
    Object.assign(this.#box.style, {
      position: 'fixed', insetInline: '0', bottom: '1.25rem', marginInline: 'auto', width: 'fit-content', maxWidth: 'calc(100vw - 2rem)',
      display: 'flex', gap: '0.9rem', alignItems: 'center', padding: '0.7rem 1rem', borderRadius: '0.8rem', zIndex: '2147483000',
      font: '500 0.95rem/1.35 system-ui, sans-serif', boxShadow: '0 6px 28px rgb(0 0 0 / 0.28)', opacity: '0', pointerEvents: 'none',
      color: dark ? '#f2f4f8' : '#14171f', background: dark ? '#262b36' : '#ffffff', border: `1px solid ${dark ? '#3a4150' : '#d9dee8'}`,
    });
    this.#status.setAttribute('role', 'status');
    this.#status.setAttribute('aria-live', 'polite');
    this.#box.append(this.#status);
    document.body.append(this.#box);
  }

  show(what, retry) {
    this.#box.inert = false;
    Object.assign(this.#box.style, { opacity: '1', pointerEvents: 'auto' });
    if (this.#status.textContent !== what) {
      this.#status.textContent = what;
    }

    if (retry && !this.#button) {
      this.#button = document.createElement('button');
      this.#button.type = 'button';
      this.#button.textContent = retry;
      Object.assign(this.#button.style, {
        font: 'inherit', cursor: 'pointer', padding: '0.3rem 0.8rem', borderRadius: '0.55rem', border: '1px solid currentColor',
        color: 'inherit', background: 'transparent',
      });
      this.#button.addEventListener('click', () => dispatchEvent(new Event('livestash:retry')));
      this.#box.append(this.#button);
    } else if (!retry) {
      this.#button?.remove();
      this.#button = null;
    }
  }

  remove() {
    this.#box.remove();
  }
}

const texts = {
  connectionLost: 'Connection lost. Reconnecting…',
  failed: 'The server cannot be reached.',
  tryNow: 'Try now',
  waiting: 'Waiting for what was saved…',
};

/** A text of the notice; the app's own is in the head of its page, as in <meta name="livestash" data-try-now="Jetzt versuchen">. */
const text = name => setting(name) ?? texts[name];

function setText(id, value) {
  const element = document.getElementById(id);
  if (element) {
    element.textContent = String(value);
  }
}

let dialogId = null; // as Blazor's options have it
const ownDialog = () => document.getElementById(dialogId);

const shown = new Display();

/** Calls a method of the display. */
const display = (method, ...args) => shown[method](...args);
