// The browser's side of LiveStash. Blazor loads it by itself as a JS initializer of the library.
// 1. Keeps the tab's tag in sessionStorage and says, when a circuit starts, whether the page comes back from a loss.
// 2. Brings the page back: reconnects, resumes or reloads by itself, however long the server is away.

const prefix = 'livestash:';
const lostKey = prefix + 'lost';
const tabKey = prefix + 'tab';
const aliveKey = prefix + 'alive';
const failuresKey = prefix + 'failures';
const failedStartsKey = prefix + 'failed-starts';
const maxTagLength = 512; // StashGreeting.MaxTagLength

// ---- storage ------------------------------------------------------------------------------------------------------

// sessionStorage may be switched off or full; a page works without.
const storage = {
  get(key) {
    try { return sessionStorage.getItem(key); } catch { return null; }
  },
  set(key, value) {
    try { sessionStorage.setItem(key, value); return true; } catch { return false; }
  },
  remove(key) {
    try { sessionStorage.removeItem(key); } catch { /* then it was never set either */ }
  },
};

const tagKey = engine => `${prefix}tag:${engine}`;
const stateKeys = engine => `${prefix}state:${engine}:`;
const here = () => location.href.split('#')[0];

// ---- how this page came to be -------------------------------------------------------------------------------------

let greeted = false; // a circuit of this document has asked
let leaving = false; // the user goes: what closes now is no loss
let settled = true; // the page was used, or has stood for a while, since its circuit started
let forgetting; // timer
let duplicate = claimTab();

// The mark that a page is there goes when the user does. Where a later page finds it, the one before was torn away.
addEventListener('pagehide', () => { leaving = true; storage.remove(aliveKey); });
addEventListener('pageshow', () => { leaving = false; if (greeted) storage.set(aliveKey, '1'); });

/** Notes a loss that the user did not ask for. A page whose circuit never asked has used up no earlier note. */
function markLost() {
  clearTimeout(forgetting);
  if (greeted && !leaving) {
    storage.set(lostKey, here());
  }
}

/** The connection stands again. If that is with a new circuit in this document, it asks for the note very soon. */
function forgetLoss() {
  clearTimeout(forgetting);
  forgetting = setTimeout(() => storage.remove(lostKey), 5_000);
}

/**
 * Whether the circuit that starts now follows a loss. The note counts once, for the same address, in this document or after its
 * reload; a document that was torn away left its mark, which a copied tab has from the tab that it was copied from.
 */
function takeLost(copied) {
  const noted = storage.get(lostKey);
  storage.remove(lostKey);
  const torn = !greeted && !copied && storage.get(aliveKey) !== null;
  storage.set(aliveKey, '1');
  const reloaded = performance.getEntriesByType('navigation')[0]?.type === 'reload';
  return (noted === here() && (greeted || reloaded)) || torn || (!greeted && document.wasDiscarded === true);
}

/** The server has ended the circuit with an exception: a loss, and where the page had just got its state, perhaps by that. */
function circuitFailed() {
  markLost();
  if (greeted && !settled) {
    storage.set(failuresKey, String((Number(storage.get(failuresKey)) || 0) + 1));
  }
}

/** Failures count in a row: not once a page has stood for a while or was used. */
function watchFailures() {
  settled = false;
  const settle = () => { settled = true; storage.remove(failuresKey); };
  setTimeout(settle, 5_000);
  addEventListener('pointerdown', settle, { once: true, capture: true });
  addEventListener('keydown', settle, { once: true, capture: true });
}

/**
 * Whether another open page has this tab's sessionStorage too, because one of the two was made by duplicating the other.
 * Each document holds a Web Lock under its tab's name as long as it lives. Without Web Locks the engine finds out.
 */
async function claimTab() {
  const known = storage.get(tabKey);
  const hold = name => new Promise(resolve => {
    navigator.locks
      .request(prefix + name, { ifAvailable: true }, lock => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise(() => { });
      })
      .catch(() => resolve(true));
  });

  if (!navigator.locks || (known && await hold(known))) {
    return false;
  }

  const own = crypto.randomUUID();
  storage.set(tabKey, own);
  await hold(own);
  return known !== null;
}

// ---- what the server calls ----------------------------------------------------------------------------------------

window.LiveStash = Object.freeze({
  /** Answers a circuit that starts; see StashGreeting. */
  async greet(engine) {
    const copied = await duplicate;
    duplicate = false;
    const lost = takeLost(copied);
    greeted = true;
    const failures = Number(storage.get(failuresKey)) || 0;
    const tag = storage.get(tagKey(engine));
    const tooLong = tag !== null && tag.length > maxTagLength;
    return { tag: tooLong ? null : tag, tagTooLong: tooLong, lost, duplicate: copied, failures };
  },

  /** Keeps the tag. Answers whether it is kept. */
  setTag(engine, tag) {
    return storage.set(tagKey(engine), tag);
  },

  /**
   * Keeps a browser memory engine's token, unless a later owner has written: `stamp` tells stashes apart, `epoch` owners.
   * A tab has one stash per engine; what an earlier one left goes.
   */
  saveState(engine, stamp, epoch, token) {
    const key = stateKeys(engine) + stamp;
    const [writer] = (storage.get(key) ?? '').split('.', 1);
    if (Number(writer) > epoch) {
      return 'superseded';
    }

    if (!storage.set(key, `${epoch}.${token}`)) {
      return 'full';
    }

    for (const other of Object.keys(sessionStorage)) {
      if (other.startsWith(stateKeys(engine)) && other !== key) {
        storage.remove(other);
      }
    }

    return 'saved';
  },

  /** The token, or for one over the limit of an interop message its length: it is fetched as a stream then. */
  loadState(engine, stamp, maxInline) {
    const token = tokenOf(engine, stamp);
    return token === null || token.length <= maxInline ? { token, length: token?.length ?? 0 } : { token: null, length: token.length };
  },

  streamState(engine, stamp) {
    return new TextEncoder().encode(tokenOf(engine, stamp) ?? '');
  },

  clearState(engine, stamp) {
    storage.remove(stateKeys(engine) + stamp);
    return true;
  },

  /** Says that what was saved goes into the page now: a failure that follows at once may be its doing. */
  recovering() {
    watchFailures();
    return true;
  },

  /** Says that the page waits for its engine, or no longer. What is typed into a page that is held would be lost. */
  hold(isHeld) {
    [...document.body.children].forEach(child => { child.inert = isHeld; });
    display(isHeld ? 'hold' : 'hide');
    return true;
  },

  /** Answered at all, it says that this circuit's page is still there. */
  confirm() {
    return !leaving;
  },
});

function tokenOf(engine, stamp) {
  const kept = storage.get(stateKeys(engine) + stamp);
  return kept === null ? null : kept.slice(kept.indexOf('.') + 1);
}

// ---- JS initializer -----------------------------------------------------------------------------------------------

let circuitStarted = false;

export function beforeServerStart(options) {
  const configureSignalR = options.configureSignalR;
  options.configureSignalR = builder => {
    configureSignalR?.(builder);
    watchConnection(builder);
  };

  const own = options.reconnectionHandler;
  options.reconnectionHandler = own
    ? {
        // The app brings a handler of its own: it decides, we only take notice.
        onConnectionDown: (...args) => { markLost(); own.onConnectionDown(...args); },
        onConnectionUp: () => { forgetLoss(); own.onConnectionUp(); },
      }
    : new ReconnectionHandler();
}

export function afterServerStarted() {
  storage.remove(failedStartsKey);
}

/**
 * Blazor gives up for good when the very first connection fails. Here it is tried again until it stands, and a circuit
 * that the server refuses to start is tried again with a fresh page.
 */
function watchConnection(builder) {
  const build = builder.build;
  builder.build = function () {
    const connection = build.call(builder);
    const { start, invoke } = connection;
    connection.on('JS.Error', circuitFailed);
    if (circuitStarted) {
      return connection;
    }

    connection.start = async function () {
      const pace = new Pace();
      for (;;) {
        try {
          const result = await start.call(connection);
          display('hide');
          return result;
        } catch (error) {
          if (leaving || circuitStarted) {
            throw error;
          }

          const wait = pace.next();
          display('retrying', pace.attempts, wait);
          await pause(wait);
        }
      }
    };

    connection.invoke = async function (method, ...args) {
      const result = await invoke.call(connection, method, ...args);
      if (method === 'StartCircuit') {
        circuitStarted = !!result;
        if (!circuitStarted) {
          reloadAfterFailedStart();
        }
      }

      return result;
    };

    return connection;
  };
}

/** At most five times in a row, ever slower: if a fresh page does not help, the error on the page is the better answer. */
async function reloadAfterFailedStart() {
  const failed = Number(storage.get(failedStartsKey)) || 0;
  if (failed < 5 && storage.set(failedStartsKey, String(failed + 1))) {
    await pause(250 * 2 ** failed * (0.5 + Math.random()));
    await reachable();
    location.reload();
  }
}

// ---- reconnecting -------------------------------------------------------------------------------------------------

class ReconnectionHandler {
  #running = null;
  #paused = null;

  onConnectionDown(options, error, isClientPause, isRemote) {
    markLost();
    if (isClientPause) {
      // The circuit was put to rest on purpose. Its own display offers to resume.
      this.#paused = Blazor.defaultReconnectionHandler;
      this.#paused.onConnectionDown(options, error, isClientPause, isRemote);
    } else if (!this.#paused && !this.#running) {
      this.#running = new AbortController();
      this.#comeBack(this.#running.signal);
    }
  }

  onConnectionUp() {
    forgetLoss();
    this.#paused?.onConnectionUp();
    this.#paused = null;
    this.#running?.abort();
    this.#running = null;
    display('hide');
  }

  async #comeBack(signal) {
    const pace = new Pace();
    display('show');
    for (;;) {
      const wait = pace.next();
      display('retrying', pace.attempts, wait);
      await pause(wait, signal);
      if (signal.aborted || leaving) {
        return;
      }

      try {
        if (!circuitStarted) {
          await reachable();
        } else if (await Blazor.reconnect()) {
          storage.remove(lostKey); // the same circuit goes on: nothing is to be recovered
          return; // onConnectionUp has been called
        } else if (await Blazor.resumeCircuit()) {
          return; // a new circuit in this document, which asks for the note
        }
      } catch {
        continue; // the server cannot be reached
      }

      // The server is there and knows the circuit no more.
      location.reload();
      return;
    }
  }
}

/** Fails as long as the server cannot be reached. */
async function reachable() {
  const response = await fetch(document.baseURI, { method: 'HEAD', cache: 'no-store' });
  if (response.status >= 500) {
    throw new Error(`The server answers ${response.status}.`);
  }
}

/**
 * How long to wait before each attempt. Quick for the first seconds, which is what a restart takes; then slower and
 * slower, so that the tabs of a long outage do not wear the server down. Never at once: an attempt at 0 ms reaches the
 * server that is just shutting down and holds that up. Always with jitter, so that the tabs do not come in step.
 */
class Pace {
  static #quickPhase = 15_000;
  static #slowest = 3_000;
  attempts = 0;
  #since = performance.now();
  #slow = 250;

  next() {
    this.attempts++;
    if (this.attempts === 1) {
      return 100 + 50 * Math.random();
    }

    if (performance.now() - this.#since < Pace.#quickPhase) {
      return Math.min(100 + 25 * this.attempts, 250) * (0.75 + 0.25 * Math.random());
    }

    this.#slow = Math.min(this.#slow * 1.5, Pace.#slowest);
    return this.#slow * (0.5 + 0.5 * Math.random());
  }
}

/** Waits, but not longer than until the network or the user is back. */
function pause(milliseconds, signal) {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      removeEventListener('livestash:retry', done);
      document.removeEventListener('visibilitychange', whenVisible);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const whenVisible = () => document.visibilityState === 'visible' && done();
    const timer = setTimeout(done, milliseconds);
    addEventListener('online', done);
    addEventListener('livestash:retry', done);
    document.addEventListener('visibilitychange', whenVisible);
    signal?.addEventListener('abort', done);
  });
}

// ---- what the user sees meanwhile ---------------------------------------------------------------------------------

// Fetched now, while the server is there; nobody waits for it.
const displayModule = import('./LiveStash.Blazor.display.js').then(module => new module.Display()).catch(() => null);

/** Calls a method of the display, in the order of the calls. */
const display = (method, ...args) => { displayModule.then(shown => shown?.[method](...args)); };
