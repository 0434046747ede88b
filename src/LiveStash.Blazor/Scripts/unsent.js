// What is typed and not yet with the server: recorded here, put back by putback.js.
//
// An entry is one field: where it is (`at` and its identity), what is in it, and `seen`, the digests of what the server may show
// of it: what was there before, then what was sent since the server has last answered. Anything else is the server's own. One that is
// carried is for fields that come later, too: it is from before the circuit, or from while its connection was away. What is typed into
// a page in use is with the server as soon as it is sent, and what that makes anew is for the next.

const mostUnsent = 100;
const longestUnsent = 15.5 * 1024; // bytes: an event has its text twice, as JSON, and a message of Blazor's has at most 32 KB
const mostSeen = 64;
const comingFor = 5_000; // ms

let unsent = []; // the oldest first
let place = null; // where the focus is
let addressBehind = null; // of the page, while its connection is away: a link changes the address at once
let circuitLives = false; // the connection stands, and the circuit has started
let isInUse = false; // the connection stands, and the circuit has rendered
let connecting = null; // the invocation with which the circuit has gone on over this connection
let isOwnerKnown = true; // the circuit that goes on is still the same user's
let isRendering = false; // what loses the focus now is taken off the page; the user has not left it
let sending = false;
let flushing = null;
let flushAgain = false;
let flushTimer = null;
let lookTimer = null;
const before = new WeakMap(); // what was in a field before the user changed it
const overtaken = new Set(); // components whose value may be behind what was typed

/** Off, in the page's memory alone, or also in the tab's storage; by default for a circuit that keeps something. */
const keepsUnsent = () => setting('unsent') !== 'off' && (setting('unsent') === 'forms' || ownTag !== null);

/** The same for what the circuit may not have got, in the page's memory: also before a page whose engine does not answer knows its tag. */
const sendsUnsent = () => keepsUnsent() || (setting('unsent') !== 'off' && pageEngine !== null && tagsOf(pageEngine).length > 0);

const isShort = text => text.length < longestUnsent && new TextEncoder().encode(JSON.stringify(text)).length <= longestUnsent;

const here = () => (addressBehind !== null && isDown ? addressBehind : location.pathname + location.search);

for (const event of ['focusin', 'pointerdown', 'keydown', 'beforeinput']) {
  document.addEventListener(event, learn, { capture: true, passive: true });
}

for (const event of ['input', 'change']) {
  document.addEventListener(event, record, { capture: true, passive: true });
  addEventListener(event, recordAgain, { passive: true });
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

    const invoked = invoke.call(connection, method, ...args);
    connecting = method === 'ConnectCircuit' ? invoked : connecting;
    const result = await invoked;
    if (method === 'ConnectCircuit' && result) {
      circuitLives = isInUse = true;
      sendAgain();
      addressBehind = null;
    }

    return result;
  };
  connection.ahead('JS.RenderBatch', () => {
    isRendering = isInUse = true;
    setTimeout(() => { isRendering = false; });
    look();
  });
  connection.onclose(error => {
    circuitLives = isInUse = false;
    addressBehind = here();
    isOwnerKnown = true; // the next one says otherwise before the circuit goes on
    flushing = null;
    if (error?.message.startsWith('Server returned an error on close')) {
      // As for a message that is too large for this hub: what was sent once more before it is not the reason yet another time.
      unsent = unsent.filter(entry => entry.sentAgain !== entry.version || isHandled(entry));
    }
  });
}

/** Sends what the circuit that goes on may not have got, unless it was changed and changed back without the connection. */
function sendAgain() {
  unsent.filter(entry => sendsUnsent() && isAtHand(entry) && !isHandled(entry) && (entry.wasSent || entry.seen[0] !== digest(entry.value)))
    .forEach(entry => (isToggle(entry.field) ? toggleAgain(entry) : send(entry)));
}

/** Asks first: with the answer all is there that the circuit has rendered for what it has got. */
function toggleAgain(entry, { version } = entry) {
  port?.invokeMethodAsync('Flush').then(() => entry.version === version && isAtHand(entry) && !isRendered(entry.field) && send(entry)).catch(() => { });
}

/** Whether it is known whose the circuit is. Until then what is typed waits: where it is another user's by now, it goes. */
function ownerKnown(isKnown) {
  isOwnerKnown = isKnown;
  isKnown && circuitLives && sendAgain();
}

function learn(event) {
  const field = fieldOf(event) ?? event.composedPath().find(element => element instanceof Element && isField(element) && mayBeKept(element));
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

  if (isOfComponent(field)) {
    overtaken.add(field);
    setTimeout(takeOver); // as the component has done by then with what is typed into the input inside of it
  }
}

/** By now the page's own scripts have seen the event, and one of them may have written what was typed in another way. */
function recordAgain(event) {
  readAgain(sending ? null : fieldOf(event));
}

function takeOver() {
  overtaken.forEach(readAgain);
  overtaken.clear();
}

function readAgain(field) {
  const entry = field && entryOf(field);
  if (entry?.field === field && field?.isConnected && valueOf(field) !== entry.value) {
    recordField(field, entry.changed);
  }
}

function recordField(field, isEntered) {
  const value = valueOf(field);
  const known = entryOf(field);
  const entry = known ?? { ...identityOf(field), stamp: ownTag, seen: [], version: 0 };
  entry.at = here(); // which may have changed since its last key
  const first = before.get(field) ?? (typeof checkedOf(field) === 'boolean' ? String(!field.checked) : null);
  if (!known) {
    entry.seen.push(first === null ? null : digest(first));
  }

  // To the end, as the newest one.
  unsent = unsent.filter(other => other !== entry && !(other.path === entry.path && isSame(other, entry)));
  if (isShort(value)) {
    unsent.push(entry);
    unsent.splice(0, unsent.length - mostUnsent);
  }

  const isPending = isOfBefore(field);
  const wasSent = entry.wasSent || isInUse;
  const shown = isInUse ? null : entry.shown ?? entry.value ?? first; // before it was changed without the connection
  const isCarried = !isInUse || isPending || !isHandledByCircuit(field) || (!isEntered && (entry.isCarried || !circuitLives));
  Object.assign(entry, { field, value, changed: isEntered, isPending, isCarried, wasSent, shown, isTold: false, owes: !isEntered && !!entry.owes, foreignSince: undefined });
  if (entry.seen.at(-1) !== digest(value) || entry.seen.length === 1) {
    entry.seen = [entry.seen[0], ...entry.seen.slice(1).slice(1 - mostSeen), digest(value)];
  }

  entry.version++;
  (newer ?? since)?.add(entry);
  notePlace();
  look();
  if (entry.changed) {
    setTimeout(() => {
      // A dialog that takes the focus while the connection is away: the user has not left the field.
      entry.changed &&= isChoice(field) || !ownDialog()?.contains(document.activeElement);
      flush(); // not before Blazor has sent the event
    });
  }
}

/** What waits for its field is looked for in the whole page, which is slow: not where it has one. */
const entryOf = field => unsent.find(entry => entry.field === field && (!entry.isPending || entry.at === here()))
  ?? unsent.find(entry => entry.isPending && !entry.field?.isConnected && entry.at === here() && findField(entry) === field);

/** Whether the field is as the user has left it. */
const isAtHand = entry => !entry.isPending && entry.field?.isConnected && valueOf(entry.field) === entry.value;

/** Whether the server has handled what was sent, saved or not: in this circuit, that is enough. */
const isHandled = entry => entry.handled === entry.version;

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
  takeOver();
  isInUse || unsent.forEach(entry => entry.isPending || readAgain(entry.field)); // who changes them then is the page's own script
  unsent = unsent.filter(entry => entry.isPending || !entry.field
    || (entry.field.isConnected ? valueOf(entry.field) === entry.value || isStillComing(entry) : entry.changed || mayComeAnew(entry)));
}

const mayComeAnew = entry => entry.isCarried && fieldWatch !== null;

/** When something is put back, a component may still be starting, and a form be made anew, which takes no event of the one before. */
const isComing = entry => performance.now() - entry.putAt < comingFor;

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
  if (!(circuitLives || isInUse) || !isOwnerKnown || !port || !sendsUnsent() || open.length === 0 || flushing) {
    flushAgain = !!flushing;
    return;
  }

  const asked = flushing = { port };
  const versions = new Map(open.map(entry => [entry, entry.version]));
  flushAgain = false;
  let isSaved = null;
  try {
    // Without its engine a page cannot save: then it is asked only whether what was sent is handled.
    isSaved = circuitLives ? await port.invokeMethodAsync('Flush') : !await port.invokeMethodAsync('Probe');
  } catch { /* not now */ }

  if (flushing !== asked) {
    return; // the connection of the question is gone
  }

  flushing = null;
  if (isSaved !== null) {
    versions.forEach((version, entry) => { entry.handled = version; });
  }

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
  entry.isTold = false;
  entry.sentAgain = ++entry.version;
  if (!isOwnerKnown) {
    return;
  }

  entry.shown = null;
  const target = isRadio(entry.field) ? groupOf(entry.field).find(radio => radio.checked) ?? entry.field : entry.field;
  dispatch(target, 'input');
  if (entry.changed) {
    dispatch(target, 'change');
  }

  setTimeout(flush);
}

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
  const isOurs = entry => (entry.stamp === null ? ownTag !== null || isOwnerKnown : entry.stamp === ownTag); // otherwise it may be another user's
  keepOnly(isOurs);
  const own = kept.entries.filter(entry => entry.stamp === ownTag && !unsent.some(other => isSame(other, entry)));
  unsent = [...own, ...unsent].slice(-mostUnsent);
  place ??= kept.place?.stamp === ownTag ? kept.place : null;
  unsentRenamed([]);
  awaitFields();
  ownTag === null ? storage.remove(unsentKey) : keepUnsent();
}

function unsentRenamed(formers) {
  for (const entry of [...unsent, place]) {
    if (entry && (entry.stamp === null || formers.includes(entry.stamp))) {
      entry.stamp = ownTag;
    }
  }

  keepOnly(entry => entry.stamp === ownTag); // not what is another user's, who has signed out in this circuit
  look();
}

/** What is not ours goes, and what was typed without the connection from its field, too: left there, it would be entered as ours. */
function keepOnly(isOurs) {
  for (const { field, shown } of unsent.filter(entry => !isOurs(entry) && (entry.shown ?? null) !== null && isAtHand(entry))) {
    if (!setValue(field, shown) && isRadio(field)) {
      groupOf(field).forEach(radio => setProperty(radio, 'checked', false)); // none was chosen
    }
  }

  unsent = unsent.filter(isOurs);
  place = place && isOurs(place) ? place : null;
}
