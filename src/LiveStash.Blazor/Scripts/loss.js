// How this page came to be: opened by the user, or after a loss.

let greeted = false; // a circuit of this document has asked
let ownTag = null; // of the circuit
let leaving = false; // the user goes: what closes now is no loss
let settled = true; // the page was used, or has stood for a while, since its circuit started
let duplicate = claimTab();

// The mark that a page is there goes when the user does. Where a later page finds it, the one before was torn away; it is for the
// next circuit, whatever pages without one come before.
// Firefox closes the connection before `pagehide`: what was noted after the user had set out to leave is taken back then.
let noted = true; // when the user set out to leave, a loss was noted already
addEventListener('beforeunload', event => {
  noted = storage.get(lostKey) !== null;
  if (reloading) {
    // Nobody leaves: the app's own listeners, as those of a NavigationLock, would ask the user.
    reloading = false;
    event.stopImmediatePropagation();
  }
}, { capture: true });
addEventListener('pagehide', () => {
  leaving = true;
  if (greeted) {
    storage.remove(aliveKey);
  }

  if (!noted) {
    storage.remove(lostKey);
  }
});
addEventListener('pageshow', event => {
  leaving = false;
  if (greeted) {
    markAlive();
  }

  if (greeted && event.persisted) {
    // From the back/forward cache: Blazor has given the circuit up for good as the page was left, and what is on the screen is of then.
    markLost();
    reload();
  }
});

/** What tells of a circuit: its tag, so that a loss counts for its session, or that it has none. */
const nameOfOwn = () => ownTag ?? '-';

const markAlive = () => storage.set(aliveKey, nameOfOwn());

/** Notes a loss that the user did not ask for, until a circuit says that it has seen it. */
function markLost() {
  if (greeted && !leaving && storage.get(lostKey) === null) {
    storage.set(lostKey, nameOfOwn());
  }
}

/** Whether the circuit that starts now follows a loss: a noted one, or that of a document which was torn away and left its mark. */
function wasLost(copied) {
  if (copied) {
    forgetLosses();
  } else if (!greeted && storage.get(aliveKey) !== null) {
    storage.set(lostKey, storage.get(aliveKey));
  }

  // The circuit that starts now may be another session's. Then the loss waits for that of its own.
  const lost = storage.get(lostKey);
  engines().forEach(engine => changeTags(engine, kept => tagIn(kept) === lost ? owed(lost, '*') : kept));
  markAlive();
  return lost !== null;
}

/** What was copied with a tab is of the one that it was copied from. */
function forgetLosses() {
  storage.remove(lostKey);
  storage.remove(aliveKey);
  engines().forEach(engine => changeTags(engine, tagIn));
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
  if (known !== null) {
    forgetLosses(); // at once: the page that asks may be another one, which is no copy any more
  }

  return known !== null;
}
