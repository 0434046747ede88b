// Brings the page back: reconnects, resumes or reloads by itself, however long the server is away.

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
          return; // onConnectionUp has been called
        } else if (await Blazor.resumeCircuit()) {
          return; // a new circuit in this document, which asks for the note
        }
      } catch {
        continue; // the server cannot be reached
      }

      // The server is there and knows the circuit no more.
      reload();
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
