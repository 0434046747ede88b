// The JS initializer: Blazor loads this script by itself and calls what it exports.

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
        onConnectionUp: () => own.onConnectionUp(),
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
    connection.on('JS.RenderBatch', () => circuitBegun && setTimeout(unmarkRecovering)); // once Blazor has applied it
    connection.invoke = async function (method, ...args) {
      const result = await invoke.call(connection, method, ...args);
      if (method === 'ConnectCircuit' && result) {
        storage.remove(lostKey); // the same circuit goes on: nothing is to be recovered
      } else if (method === 'StartCircuit') {
        circuitStarted = !!result;
        if (!circuitStarted) {
          reloadAfterFailedStart();
        }
      }

      return result;
    };

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

    return connection;
  };
}

/** At most five times in a row, ever slower: if a fresh page does not help, the error on the page is the better answer. */
async function reloadAfterFailedStart() {
  const failed = Number(storage.get(failedStartsKey)) || 0;
  if (failed < 5 && storage.set(failedStartsKey, String(failed + 1))) {
    await pause(250 * 2 ** failed * (0.5 + Math.random()));
    await reachable();
    reload();
  }
}
