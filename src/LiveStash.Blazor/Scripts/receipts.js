// What Blazor sends once and takes as arrived: the server has to confirm it. A connection may be lost with it.

const sentOnce = ['UpdateRootComponents', 'OnLocationChanged'];
const unconfirmed = new Set(); // what of these the present circuit may not have got
let knownAddress = null; // when the connection of the circuit was lost: what changes it after that is told to nobody
let isAsked = false; // the present circuit, for the first components of the page
let areMade = false; // these
let mayLackPlace = false; // these: where they are to be the server says once, and the connection was lost before
let waiting = []; // what is to be sent after that
let hasRouter = false; // an interactive one, which a link changes the page by

/** The server takes an invocation as it takes what is only sent, and confirms it at once. */
function askForReceipts(connection) {
  const { send, invoke } = connection;
  connection.send = function (method, ...args) {
    if (!sentOnce.includes(method)) {
      return send.call(connection, method, ...args);
    }

    const areFirst = method === 'UpdateRootComponents' && !isAsked; // what is rendered shows that they have arrived
    const sendNow = () => { invoke.call(connection, method, ...args).catch(() => (areFirst && areMade) || unconfirmed.add(method)); };
    if (method === 'UpdateRootComponents' && isAsked && !areMade) {
      // Blazor opens the circuit with the first components, and lets the next pass by: it would look for some that it does not have yet.
      // Opening a stash takes a round trip, or as long as the page is held.
      waiting.push(sendNow);
    } else {
      isAsked ||= method === 'UpdateRootComponents';
      sendNow();
    }

    return Promise.resolve();
  };
  connection.ahead('JS.AttachComponent', () => { mayLackPlace = false; });
  connection.ahead('JS.RenderBatch', () => {
    areMade = true;
    sendWaiting();
    mayLackPlace && reload(); // it cannot be applied: they were made while the connection was away, as when a page is held no longer then
  });
  connection.onclose(() => {
    mayLackPlace = !areMade;
    knownAddress ??= address();
    sendWaiting(); // which fails, and is known as not sent
  });
}

const sendWaiting = () => waiting.splice(0).forEach(send => send());

/** Called when Blazor's own handlers are there, and comes after them. */
function watchRouter(connection) {
  connection.on('JS.BeginInvokeJS', (_, method) => { hasRouter ||= method === 'Blazor._internal.navigationManager.enableNavigationInterception'; });
}

const address = () => location.href.split('#', 1)[0];

/** A circuit starts, from what the page has now. */
function forgetReceipts() {
  unconfirmed.clear();
  knownAddress = null;
  [isAsked, areMade, mayLackPlace, waiting] = [false, false, false, []];
}

/** Whether the same circuit can go on: without the components of the page it renders nothing, and Blazor sends them no second time. */
const knowsThePage = () => !unconfirmed.has('UpdateRootComponents');

/** The same circuit goes on, and is told where the page is by now. */
function tellAddress(connection) {
  if (unconfirmed.delete('OnLocationChanged') || knownAddress !== address()) {
    connection.send('OnLocationChanged', location.href, history.state?.userState, true); // as a link of the page, as Blazor has it for "back"
  }

  knownAddress = null;
}

// Blazor follows no link while the connection is away, and the browser would, to its own error page. The address changes, and with the
// connection the page.
addEventListener('click', event => {
  if (isDown && event.composedPath().some(element => element instanceof Element && staysOnClick(element))) {
    event.preventDefault(); // nor does it call the handler that would have the page stay
  }

  const link = isDown && hasRouter && !event.defaultPrevented && event.composedPath().find(element => element instanceof HTMLAnchorElement);
  const isOther = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (link && !isOther && link.hasAttribute('href') && !link.hasAttribute('download') && ['', '_self'].includes(link.target)
    && link.href.startsWith(new URL('.', document.baseURI))) {
    event.preventDefault();
    Blazor.navigateTo(link.href);
  }
});
