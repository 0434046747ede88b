// Notices that the connection is gone, where nobody says so for half a minute: when the network changes, and after a sleep.

const shortAbsence = 5_000;
const deadline = 2_000;
let hub = null; // the connection that stands
let heard = 0; // when anything last came over it
let slowest = 0; // the longest round trip that was waited for
let probing = false;
let awaySince = null;

/** Watches a connection that is about to be started. */
function listen(connection) {
  const http = connection.connection;
  const { onreceive } = http;
  http.onreceive = data => {
    heard = performance.now();
    onreceive(data);
  };
  connection.onclose(() => { hub = hub === connection ? null : hub; });
}

/** Waits for an answer of the server, and learns how long one takes. */
async function timed(answer) {
  const asked = performance.now();
  try {
    return await answer;
  } finally {
    slowest = Math.max(slowest, performance.now() - asked);
  }
}

/** Asks the server for an answer. Whatever comes in time will do; on a slow link that is later. */
async function probe() {
  if (!hub || !port || probing) {
    return;
  }

  probing = true;
  const [probed, asked] = [hub, performance.now()];
  const answer = timed(port.invokeMethodAsync('Probe')).catch(() => { }); // also a refusal has come over the connection
  await Promise.race([answer, new Promise(resolve => setTimeout(resolve, Math.max(deadline, 2 * slowest)))]);
  probing = false;
  if (heard < asked && hub === probed) {
    probed.stop(); // which has it made anew
  }
}

const back = () => {
  if (awaySince !== null && Date.now() - awaySince > shortAbsence) {
    probe();
  }

  awaySince = null;
};
const away = () => { awaySince ??= Date.now(); };

addEventListener('offline', probe);
addEventListener('online', probe);
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' ? back() : away());
document.addEventListener('freeze', away);
document.addEventListener('resume', back);
