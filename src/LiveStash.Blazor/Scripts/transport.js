// By which road the connection is made: a WebSocket at once. Blazor would negotiate first, and a balancer may send that request to
// another server than the WebSocket. Where WebSockets do not pass, it is done Blazor's way.

const webSockets = 1; // SignalR's HttpTransportType
let asksFirst = false; // the next attempt asks by HTTP first whether the server is there
let refusals = 0; // how often in a row the server was there and the connection was not

const hostNegotiates = document.cookie.split('; ').includes('.LiveStash.Connection=negotiate'); // ConnectionCookieMiddleware
let negotiates = storage.get(negotiatesKey) !== null;

let shortest = 5_000; // how long a server may take that is asked for the first time; on a slow link that has to be found out

const patience = () => Math.min(Math.max(shortest, 6 * slowest), 30_000);

/** A server that stands still, or a way that leads to nobody, takes a connection and says nothing. The next attempt may get to another. */
class PatientSocket extends WebSocket {
  constructor(...args) {
    super(...args);
    const timer = setTimeout(() => {
      shortest *= 2;
      this.close();
    }, patience());
    ['open', 'close'].forEach(type => this.addEventListener(type, () => clearTimeout(timer)));
  }
}

/** Has a connection's starts take the present road, unless the app has chosen one. Asked of after the app's configureSignalR. */
function takeRoad(builder, connection) {
  const options = builder.httpConnectionOptions;
  const isOurs = !hostNegotiates && options.transport === undefined && options.skipNegotiation === undefined;
  if (options.WebSocket === undefined || options.WebSocket === WebSocket) {
    options.WebSocket = PatientSocket;
  }

  const { start } = connection;
  connection.start = async function () {
    if (asksFirst) {
      await reachable();
    }

    if (isOurs) {
      Object.assign(options, negotiates ? { transport: undefined, skipNegotiation: undefined } : { transport: webSockets, skipNegotiation: true });
    }

    try {
      await start.call(connection);
    } catch (error) {
      error.isRefused = asksFirst && await isRefused(connection.baseUrl);
      refusals += asksFirst ? 1 : 0;
      asksFirst = !asksFirst;
      if (isOurs && refusals === 2) {
        // Either road may be closed: a proxy without WebSockets, or a balancer without affinity.
        refusals = 0;
        negotiates = !negotiates;
      }

      throw error;
    }

    [asksFirst, refusals] = [false, 0];
    negotiates ? storage.set(negotiatesKey, '1') : storage.remove(negotiatesKey);
  };
}

/** Fails as long as the server cannot be reached. It may say for how long it wants to be left alone. */
async function reachable() {
  // Where it leads is no matter: to sign in, perhaps, at another origin, of which no answer can be read here.
  const signal = AbortSignal.timeout(patience());
  const response = await fetch(document.baseURI, { method: 'HEAD', cache: 'no-store', redirect: 'manual', signal }).catch(error => {
    shortest *= signal.aborted ? 2 : 1;
    throw error;
  });
  if (response.status >= 500 || response.status === 429) {
    throw Object.assign(new Error(`The server answers ${response.status}.`), { retryAfter: retryAfter(response) });
  }
}

/** Whether the server does not let this page connect, which no attempt changes: the session has ended. Of a WebSocket no script learns why. */
async function isRefused(hub) {
  const response = await fetch(hub, { cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(patience()) }).catch(() => null);
  return response?.type === 'opaqueredirect' || [401, 403].includes(response?.status);
}

/** Milliseconds, of a number of seconds or a date, at most five minutes. */
function retryAfter(response) {
  const value = response.headers.get('Retry-After') ?? '';
  const wait = /^[0-9]+$/.test(value) ? 1000 * value : Date.parse(value) - Date.now();
  return Math.min(Math.max(wait, 0) || 0, 300_000);
}
