// Notices that the connection is gone, where nobody says so for half a minute: when the network changes, after a sleep, and when the
// server is silent to what the user does.

const shortAbsence = 5_000;
const deadline = 2_000;
const shortSilence = 5_000;
const longSilence = 16_000; // SignalR has a server that lives say so every 15 s, also while it is busy
let hub = null; // the connection that stands
let heard = 0; // when anything last came over it
let slowest = 0; // the longest round trip that was waited for
let probing = false;
let awaySince = null;
let acted = 0; // when the user first did something after that
let asked = 0; // the `acted` of which the server was asked
let looked = 0;

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
  const since = performance.now();
  try {
    return await answer;
  } finally {
    slowest = Math.max(slowest, performance.now() - since);
  }
}

/** Asks the server for an answer. Whatever comes in time will do; on a slow link that is later. */
async function probe() {
  if (!hub || !port || probing) {
    return;
  }

  probing = true;
  const [probed, since] = [hub, performance.now()];
  const answer = timed(port.invokeMethodAsync('Probe')).catch(() => { }); // also a refusal has come over the connection
  await Promise.race([answer, new Promise(resolve => setTimeout(resolve, Math.max(deadline, 2 * slowest)))]);
  probing = false;
  if (heard < since && hub === probed) {
    probed.stop(); // which has it made anew
  }
}

/**
 * What the user does has an answer, or the question after it has. A server that stands still gives neither, and its connection stays.
 */
function lookForSilence() {
  const now = performance.now();
  if (now - looked > shortAbsence) {
    acted = 0; // this tab itself stood still, and what has come meanwhile may not have been read yet
  }

  looked = now;
  if (!hub || !port || acted <= heard) {
    return;
  }

  if (now - acted > longSilence) {
    hub.stop();
  } else if (now - acted > shortSilence && asked !== acted) {
    asked = acted;
    port.invokeMethodAsync('Probe').catch(() => { }); // not timed: what a busy server takes tells nothing of the link
  }
}

function act() {
  acted = acted > heard ? acted : performance.now();
}

setInterval(lookForSilence, 1_000);
['click', 'input', 'keydown'].forEach(type => addEventListener(type, act, { capture: true, passive: true }));

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
