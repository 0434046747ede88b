// What is typed and not yet with the server: recorded here, put back by putback.js.
//
// An entry is one field: where it is (`at` and its identity), what is in it, and `seen`, the digests of what the server may show
// of it: what was there before, then what was sent since the server has last answered. Anything else is the server's own.

const mostUnsent = 100;
const longestUnsent = 16 * 1024;
const mostUnsentInAll = 64 * 1024;
const mostSeen = 64;
const comingFor = 5_000; // ms

let unsent = []; // the oldest first
let place = null; // where the focus is
let circuitLives = false; // the connection stands, and the circuit has started
let isRendering = false; // what loses the focus now is taken off the page; the user has not left it
let flushing = null;
let flushAgain = false;
let flushTimer = null;
let lookTimer = null;
const before = new WeakMap(); // what was in a field before the user changed it

/** Off, in the page's memory alone, or also in the tab's storage; by default for a circuit that keeps something. */
const keepsUnsent = () => setting('unsent') !== 'off' && (setting('unsent') === 'forms' || ownTag !== null);

const here = () => location.pathname + location.search;

/** Enough to tell the values of one field apart, and nothing of them to read. */
function digest(text) {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }

  return hash >>> 0;
}

for (const event of ['focusin', 'pointerdown', 'keydown', 'beforeinput']) {
  document.addEventListener(event, learn, { capture: true, passive: true });
}

for (const event of ['input', 'change']) {
  document.addEventListener(event, record, { capture: true, passive: true });
}

document.addEventListener('focusout', look, { passive: true });
addEventListener('pagehide', keepUnsent);
for (const event of ['focusin', 'selectionchange']) {
  document.addEventListener(event, notePlace, { passive: true });
}

document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && keepUnsent());

/** Follows a connection of Blazor's: when it stands, and what comes over it. */
function followConnection(connection) {
  const { invoke } = connection;
  connection.invoke = async function (method, ...args) {
    if (method === 'StartCircuit' || method === 'ResumeCircuit') {
      awaitCircuit();
    }

    const result = await invoke.call(connection, method, ...args);
    if (method === 'ConnectCircuit' && result) {
      circuitLives = true;
      unsent.filter(entry => keepsUnsent() && isAtHand(entry) && !entry.isTold).forEach(send);
    }

    return result;
  };
  connection.on('JS.RenderBatch', () => {
    isRendering = true;
    setTimeout(() => { isRendering = false; });
    look();
  });
  connection.onclose(() => {
    circuitLives = false;
    flushing = null;
  });
}

function learn(event) {
  const field = fieldOf(event);
  if (field && !entryOf(field)) {
    before.set(field, valueOf(field));
  }
}

/**
 * What was typed before this script was there. Where the browser may have filled a form in again, as after a reload, only what has
 * the focus is known to be the user's.
 */
function recordEarly() {
  const isFresh = performance.getEntriesByType('navigation')[0]?.type === 'navigate';
  for (const field of document.querySelectorAll(isFresh ? fieldTags : ':focus')) {
    const initial = isField(field) && mayBeKept(field) && groupOf(field)[0] === field ? initialOf(field) : null;
    if (initial !== null && initial !== valueOf(field)) {
      before.set(field, initial);
      recordField(field, field !== document.activeElement);
    }
  }
}

function record(event) {
  const field = sending ? null : fieldOf(event);
  if (!field) {
    return;
  }

  const isLeft = event.type === 'change';
  recordField(field, (isLeft && !isRendering) || isChoice(field));
  if (isLeft && isRendering) {
    // Taken off the page by the render, or left by its user in that moment: then it stays.
    const entry = entryOf(field);
    setTimeout(() => entry?.field === field && field.isConnected && recordField(field, true));
  }
}

function recordField(field, isEntered) {
  const value = valueOf(field);
  const known = entryOf(field);
  const entry = known ?? { ...identityOf(field), at: here(), stamp: ownTag, seen: [], version: 0 };
  if (!known) {
    const first = before.get(field) ?? (typeof checkedOf(field) === 'boolean' ? String(!field.checked) : null);
    entry.seen.push(first === null ? null : digest(first));
  }

  // To the end, as the newest one.
  unsent = unsent.filter(other => other !== entry && !(other.path === entry.path && isSame(other, entry)));
  if (value.length <= longestUnsent) {
    unsent.push(entry);
    unsent.splice(0, unsent.length - mostUnsent);
  }

  Object.assign(entry, { field, value, changed: isEntered, isPending: isOfBefore(field), isTold: false, owes: false, foreignSince: undefined });
  if (entry.seen.at(-1) !== digest(value) || entry.seen.length === 1) {
    entry.seen = [entry.seen[0], ...entry.seen.slice(1).slice(1 - mostSeen), digest(value)];
  }

  entry.version++;
  notePlace();
  look();
  if (entry.changed) {
    setTimeout(() => {
      // A dialog that takes the focus while the connection is away: the user has not left the field.
      entry.changed &&= isChoice(field) || !document.activeElement?.closest('#components-reconnect-modal');
      flush(); // not before Blazor has sent the event
    });
  }
}

const entryOf = field => unsent.find(entry => entry.field === field && !entry.isPending)
  ?? unsent.find(entry => entry.isPending && entry.at === here() && findField(entry) === field);

/** Whether the field is as the user has left it. */
const isAtHand = entry => !entry.isPending && entry.field?.isConnected && valueOf(entry.field) === entry.value;

/** Soon looks at what has become of the fields, and keeps what is to be kept. */
function look() {
  lookTimer ??= setTimeout(() => {
    lookTimer = null;
    putBack();
    dropSettled();
    flush();
    keepUnsent();
    if (unsent.some(entry => isComing(entry) && isOfComponent(entry.field))) {
      look(); // a component's script tells nobody when it sets its field up
    }
  }, 250);
}

/**
 * What the server has set itself, and what it has taken off the page before it was entered, is no longer the user's. While a page comes
 * back its fields may be made anew, and what was put into them waits for the next.
 */
function dropSettled() {
  unsent = unsent.filter(entry => entry.isPending || !entry.field
    || (entry.field.isConnected ? valueOf(entry.field) === entry.value || isStillComing(entry) : entry.changed || fieldWatch !== null));
}

/** When something is put back, a component may still be starting, and a form be made anew, which takes no event of the one before. */
const isComing = entry => performance.now() - entry.putAt < comingFor;

const isOfComponent = field => field.localName.includes('-');

/** Where it has gone back to the value that it came with, what was put back is put back once more. */
function isStillComing(entry) {
  const isBack = isOfComponent(entry.field) && isComing(entry) && entry.seen.includes(digest(valueOf(entry.field)));
  if (isBack) {
    entry.isPending = true;
    look();
  }

  return isBack;
}

/** Asks whether the server has handled and saved what was sent. One question at a time: the next is about all since. */
async function flush() {
  const open = unsent.filter(entry => !entry.isPending && !entry.isTold);
  if (!circuitLives || !port || !keepsUnsent() || open.length === 0 || flushing) {
    flushAgain = !!flushing;
    return;
  }

  const asked = flushing = { port };
  const versions = new Map(open.map(entry => [entry, entry.version]));
  flushAgain = false;
  let isSaved = false;
  try {
    isSaved = await port.invokeMethodAsync('Flush');
  } catch { /* not now */ }

  if (flushing !== asked) {
    return; // the connection of the question is gone
  }

  flushing = null;
  if (isSaved) {
    acknowledge(versions);
  } else {
    flushTimer ??= setTimeout(() => { flushTimer = null; flush(); }, 5_000);
  }

  flushAgain && flush();
}

function acknowledge(versions) {
  dropSettled();
  unsent = unsent.filter(entry => versions.get(entry) !== entry.version || !entry.changed || isComing(entry));
  for (const entry of unsent.filter(other => versions.get(other) === other.version)) {
    // Half typed: whether it was taken or waits for the end of the entry, only the app's binding knows.
    entry.isTold = true;
    entry.seen = [entry.seen[0], digest(entry.value)];
    if (entry.changed) {
      setTimeout(() => entry.isTold && !entry.isPending && drop(entry), comingFor);
    }
  }

  look();
}

/** Sends what is in the field as the events that it is. */
function send(entry) {
  const target = isRadio(entry.field) ? groupOf(entry.field).find(radio => radio.checked) ?? entry.field : entry.field;
  dispatch(target, 'input');
  if (entry.changed) {
    dispatch(target, 'change');
  }

  entry.isTold = false;
  entry.version++;
  setTimeout(flush);
}

let sending = false;

function dispatch(target, type) {
  sending = true;
  try {
    target.dispatchEvent(new Event(type, { bubbles: true, composed: type === 'input' }));
  } finally {
    sending = false;
  }
}

/** The session of the circuit. What was kept under another one goes: it may be another user's. */
function unsentStarted() {
  const kept = readUnsent();
  circuitLives = true;
  const isOurs = entry => entry.stamp === null || entry.stamp === ownTag;
  unsent = unsent.filter(isOurs);
  const own = kept.entries.filter(entry => entry.stamp === ownTag && !unsent.some(other => isSame(other, entry)));
  unsent = [...own, ...unsent].slice(-mostUnsent);
  place ??= kept.place?.stamp === ownTag ? kept.place : null;
  place = place && isOurs(place) ? place : null;
  unsentRenamed(null);
  awaitFields();
  ownTag === null ? storage.remove(unsentKey) : keepUnsent();
}

function unsentRenamed(former) {
  for (const entry of [...unsent, place]) {
    if (entry && (entry.stamp === null || entry.stamp === former)) {
      entry.stamp = ownTag;
    }
  }

  // Another user's, who has signed out in this circuit.
  unsent = unsent.filter(entry => entry.stamp === ownTag);
  place = place?.stamp === ownTag ? place : null;
  look();
}

/** Writes to the tab's storage, once it is known whose it is. */
function keepUnsent() {
  notePlace();
  unsent = unsent.filter(entry => !entry.field || !isPassword(entry.field)); // also one that is shown
  if (!keepsUnsent() || setting('unsent') === 'page') {
    return;
  }

  if (ownTag === null) {
    // The page keeps nothing else: there is no tag yet.
    if (circuitLives && unsent.length > 0) {
      port?.invokeMethodAsync('Mark').catch(() => { });
    }

    return;
  }

  let room = mostUnsentInAll;
  const entries = unsent.filter(entry => entry.stamp === ownTag).reverse().filter(entry => (room -= entry.value.length) >= 0).reverse();
  if (entries.length === 0 && !place) {
    storage.remove(unsentKey);
    return;
  }

  storage.set(unsentKey, JSON.stringify({
    entries: entries.map(({ at, id, name, path, sign, value, changed, seen, stamp }) => ({ at, id, name, path, sign, value, changed, seen, stamp })),
    place,
  }));
}

/** Whatever is there is input from a stranger. */
function readUnsent() {
  let kept;
  try {
    kept = JSON.parse(storage.get(unsentKey));
  } catch { /* garbage */ }

  const isText = (value, longest) => typeof value === 'string' && value.length <= longest;
  const isNamed = entry => typeof entry === 'object' && entry !== null
    && isText(entry.at, 4096) && ['id', 'name', 'path', 'sign'].every(key => isText(entry[key], 500)) && isText(entry.stamp, maxTagLength);
  const isEntry = entry => isNamed(entry) && isText(entry.value, longestUnsent) && typeof entry.changed === 'boolean'
    && Array.isArray(entry.seen) && entry.seen.length <= mostSeen + 1 && entry.seen.every(seen => seen === null || Number.isInteger(seen));
  const isPlace = entry => isNamed(entry) && ['start', 'end', 'x', 'y'].every(key => entry[key] === null || Number.isFinite(entry[key]));
  const entries = Array.isArray(kept?.entries) ? kept.entries.slice(0, mostUnsent).filter(isEntry) : [];
  return {
    entries: entries.map(({ at, id, name, path, sign, value, changed, seen, stamp }) =>
      ({ at, id, name, path, sign, value, changed, seen, stamp, version: 0, field: null, isPending: true, isTold: false, owes: false })),
    place: isPlace(kept?.place) ? kept.place : null,
  };
}
