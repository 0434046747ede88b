// Brings the page back: reconnects, resumes or reloads by itself, however long the server is away.

class ReconnectionHandler {
  #running = null;
  #paused = null;

  onConnectionDown(options, error, isClientPause, isRemote) {
    if (isClientPause) {
      // The circuit was put to rest on purpose. Its own display offers to resume.
      this.#paused = Blazor.defaultReconnectionHandler;
      this.#paused.onConnectionDown(options, error, isClientPause, isRemote);
    } else if (!this.#paused && !this.#running) {
      this.#running = new AbortController();
      this.#comeBack(options, this.#running.signal);
    }
  }

  onConnectionUp() {
    this.#paused?.onConnectionUp();
    this.#paused = null;
    this.#running?.abort();
    this.#running = null;
    restarting || display('hide');
  }

  async #comeBack(options, signal) {
    if (!circuitStarted) {
      reloadAfterFailedStart(options);
      return;
    }

    display('show');
    if (!await tryUntil(comeBack, options, signal) && !signal.aborted && !leaving) {
      await (isBlank ? reloadAfterFailedStart(options) : reloadWhenThere(options)); // nobody knows the circuit any more
    }
  }
}

/**
 * Answers whether the page is alive again. Fails while the server cannot be reached. The handler is told of either way; the second
 * is a new circuit in this document, which asks for the note.
 */
const comeBack = async () => await Blazor.reconnect() || await Blazor.resumeCircuit();

/** Loads the page again. Who answered last may be gone by now, and the error page of a proxy would be the end of this one. */
async function reloadWhenThere(options) {
  const isThere = () => reachable().then(() => true);
  if (await isThere().catch(() => false) || await tryUntil(isThere, options)) {
    reload();
  }
}

// Blazor handles no event while the connection is away. A form that it would have handled must not take the page with it.
document.addEventListener('submit', event => {
  if (isDown && isHandledByCircuit(event.target)) {
    event.preventDefault();
  }
}, { capture: true });

/** Does something until it does not fail, and answers what it answers; undefined when it is called off. */
async function tryUntil(action, options, signal) {
  for (let pace = new Pace(options), atLeast = 0; ;) {
    const wait = pace.next();
    if (wait === null) {
      display('failed');
      await pause(Infinity, signal);
      pace = new Pace(options);
      continue;
    }

    display('retrying', pace.attempts, Math.max(wait, atLeast));
    await pause(Math.max(wait, atLeast), signal);
    if (pace.attempts > 1) {
      await seen(signal);
    }

    if (signal?.aborted || leaving) {
      return undefined;
    }

    try {
      return await action();
    } catch (error) {
      if (error.isRefused) {
        // Loaded again, the page is the app's to answer: it has the user sign in. Where it has not, that is tried a few times only.
        reloadAfterFailedStart(options);
        return new Promise(() => { });
      }

      atLeast = error.retryAfter ? error.retryAfter + Math.random() * Math.max(1_000, fleet.window) : 0;
    }
  }
}

/** Waits until somebody can see the page: until then nobody is served by a connection. */
async function seen(signal) {
  if (document.visibilityState !== 'visible') {
    await pause(Infinity, signal);
    await pause(Math.random() * fleet.window, signal);
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
    const timer = milliseconds === Infinity ? undefined : setTimeout(done, milliseconds);
    addEventListener('online', done);
    addEventListener('livestash:retry', done);
    document.addEventListener('visibilitychange', whenVisible);
    signal?.addEventListener('abort', done);
  });
}
