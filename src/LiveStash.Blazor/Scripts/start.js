// The JS initializer: Blazor loads this script by itself and calls what it exports.

let circuitStarted = false;
let isBlank = false; // the circuit has neither asked for what the tab has nor rendered anything
let isDown = false; // the connection of a circuit that is to go on
let resumes = false; // whether Blazor's script can put the components back into a resumed circuit

/** Called by blazor.web.js alone. */
export function beforeWebStart() {
  resumes = true;
}

export function beforeServerStart(options) {
  dialogId = options.reconnectionOptions.dialogId;
  const configureSignalR = options.configureSignalR;
  options.configureSignalR = builder => {
    configureSignalR?.(builder);
    watchConnection(builder, options.reconnectionOptions);
  };

  // Where the app brings a handler of its own, that one decides, and we only take notice.
  const handler = options.reconnectionHandler ?? new ReconnectionHandler();
  options.reconnectionHandler = {
    onConnectionDown: (...args) => { isDown = true; markLost(); handler.onConnectionDown(...args); },
    onConnectionUp: () => { isDown = false; handler.onConnectionUp(); },
  };
}

export function afterServerStarted() {
  if (!resumes) {
    // blazor.server.js says true and has no components in the new circuit: a page that looks alive and is not. After false,
    // whoever asked loads the page again.
    Blazor.resumeCircuit = async () => false;
  }
}

/**
 * Blazor gives up for good when the very first connection fails. Here it is tried again until it stands, and a circuit
 * that the server refuses to start is tried again with a fresh page.
 */
function watchConnection(builder, reconnectionOptions) {
  const build = builder.build;
  builder.build = function () {
    const connection = build.call(builder);
    takeHooks(connection);
    askForReceipts(connection);
    followConnection(connection);
    followLateRenders(connection);
    takeRoad(builder, connection);
    listen(connection);
    const { start, invoke } = connection;
    connection.ahead('JS.Error', () => {
      // Answers nothing: Blazor's own handler would wait for that.
      isBlank ? reloadAfterFailedStart(reconnectionOptions) : circuitFailed();
    });

    // Closed, and nobody is told: Blazor has ended the circuit, as no page needed it. The next one in this document is another first.
    connection.onclose(() => setTimeout(() => { circuitStarted &&= isDown; }));
    connection.ahead('JS.RenderBatch', () => {
      isBlank && circuitActs();
      circuitBegun && setTimeout(unmarkRecovering); // once Blazor has applied it
    });
    connection.invoke = async function (method, ...args) {
      if (method === 'StartCircuit' || method === 'ResumeCircuit') {
        circuitBegun = false;
        isBlank ||= method === 'StartCircuit';
        forgetReceipts();
      }

      try {
        const result = await timed(invoke.call(connection, method, ...args));
        if (method === 'ConnectCircuit' && result) {
          goOnWith(connection, reconnectionOptions);
        } else if (method === 'StartCircuit') {
          circuitStarted = !!result;
        }

        return result;
      } finally {
        if (method === 'StartCircuit') {
          circuitStarted || reloadAfterFailedStart(reconnectionOptions);
          isBlank || circuitActs();
        }
      }
    };

    connection.start = async function () {
      if (circuitStarted) {
        await startAgain();
      } else if (await tryFirst() === undefined) {
        throw new Error('The page goes.');
      }

      hub = connection;
      watchRouter(connection);
    };

    return connection;

    async function startAgain() {
      try {
        await start.call(connection);
      } catch (error) {
        // By this type Blazor knows that somebody tries again, and shows no error.
        const { message, retryAfter, isRefused } = error;
        throw Object.assign(new Error(message), { errorType: 'FailedToNegotiateWithServerError', retryAfter, isRefused });
      }
    }

    async function tryFirst() {
      try {
        await start.call(connection);
        return true;
      } catch {
        display('show');
        const result = await tryUntil(async () => { await start.call(connection); return true; }, reconnectionOptions);
        display('hide');
        return result;
      }
    }
  };
}

/**
 * Lets hooks run ahead of Blazor's handler of a message, and behind it, in one call with it. SignalR awaits each handler and takes the
 * next message meanwhile: what comes in one frame with a render, such as a call of the app's script, would find the page of before it.
 */
function takeHooks(connection) {
  const { on } = connection;
  const [ahead, behind] = [new Map(), new Map()];
  const add = hooks => (method, hook) => hooks.set(method, [...hooks.get(method) ?? [], hook]);
  const run = (hooks, method, args) => {
    try {
      hooks.get(method)?.forEach(hook => hook(...args));
    } catch (error) {
      console.error(error);
    }
  };
  [connection.ahead, connection.behind] = [add(ahead), add(behind)];
  connection.on = (method, handler) => on.call(connection, method, !ahead.has(method) ? handler : (...args) => {
    run(ahead, method, args);
    const handled = handler(...args);
    run(behind, method, args);
    return handled;
  });
}

/** The same circuit goes on, and it has seen every loss before. */
function goOnWith(connection, reconnectionOptions) {
  if (!knowsThePage()) {
    isBlank ? reloadAfterFailedStart(reconnectionOptions) : reload();
    return;
  }

  tellAddress(connection);
  if (circuitBegun) {
    storage.remove(lostKey);
  }
}

/**
 * A circuit has started when it does something: blazor.web.js starts it without components, and what the page says of these may be
 * too old by then.
 */
function circuitActs() {
  isBlank = false;
  if (circuitStarted) {
    storage.remove(failedStartsKey);
  }
}

let restarting = false; // the answer and the end of the connection may both tell of a failure

/**
 * Ever slower, up to once in a minute. If five fresh pages do not help, the error on the page is the better answer, until one does: what is
 * wrong with a server may pass.
 */
async function reloadAfterFailedStart(reconnectionOptions) {
  if (restarting || leaving) {
    return;
  }

  restarting = true;
  const failed = Number(storage.get(failedStartsKey)) || 0;
  const isCounted = storage.set(failedStartsKey, String(failed + 1));
  if (failed >= 5 || !isCounted) {
    display('show');
    display('failed');
  }

  await pause(isCounted ? Math.min(250 * 2 ** failed, 60_000) * (0.5 + Math.random()) : Infinity);
  await reloadWhenThere(reconnectionOptions);
}
