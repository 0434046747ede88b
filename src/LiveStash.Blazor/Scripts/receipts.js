// What Blazor sends once and takes as arrived: the server has to confirm it. A connection may be lost with it.

const sentOnce = ['UpdateRootComponents'];
const unconfirmed = new Set(); // what of these the present circuit may not have got

/** The server takes an invocation as it takes what is only sent, and confirms it at once. */
function askForReceipts(connection) {
  const { send, invoke } = connection;
  connection.send = function (method, ...args) {
    if (!sentOnce.includes(method)) {
      return send.call(connection, method, ...args);
    }

    invoke.call(connection, method, ...args).catch(() => unconfirmed.add(method));
    return Promise.resolve();
  };
}

/** A circuit starts, from what the page has now. */
function forgetReceipts() {
  unconfirmed.clear();
}

/** Whether the same circuit can go on: without the components of the page it renders nothing, and Blazor sends them no second time. */
const knowsThePage = () => !unconfirmed.has('UpdateRootComponents');
