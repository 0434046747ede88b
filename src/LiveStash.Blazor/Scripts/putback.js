// Puts what is typed and not yet with the server back into the fields of another circuit, and the focus with it.

let elementsOfBefore = new WeakSet(); // prerendered, or of a circuit before: to be replaced
let fieldWatch = null;
let isFocusOwed = false; // until the user does something, whatever the page does: Blazor's FocusOnNavigate takes the focus to a heading
let isScrolled = false; // by the user, since the circuit has started

const isOfBefore = field => elementsOfBefore.has(field);

for (const event of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
  addEventListener(event, () => { isScrolled = true; }, { capture: true, passive: true });
}

addEventListener('pointerdown', goOn, { capture: true, passive: true });
addEventListener('keydown', event => {
  const field = fieldOf(event);
  if (event.key === 'Tab' || (field && (event.key === 'Enter' || !isPlace(field)))) {
    goOn(event);
  }
}, { capture: true, passive: true });
document.addEventListener('focusin', () => isFocusOwed && queueMicrotask(putFocusBack), { passive: true }); // before the next key

// What a user would have sent by leaving a field is sent when it is left. While the focus is owed it is the page that may have taken it; and
// a phone's keyboard, which has a "next", tells that by no key and no tap.
document.addEventListener('focusout', event => {
  const field = isRendering ? null : fieldOf(event);
  isFocusOwed ? setTimeout(() => field && hasLeft(field) && settleEntry(field)) : settleEntry(field);
}, { capture: true, passive: true });
document.addEventListener('submit', event => unsent.filter(entry => entry.field && formOf(entry.field) === event.target).forEach(entry => {
  settleEntry(entry.field);
  entry.isCarried &&= !isInUse; // a form that is made anew after that is the next
}), { capture: true });

// A form that no circuit handles goes to the server as it is, or by Blazor's script.
addEventListener('submit', event => {
  const form = event.target;
  const isPosted = form.getAttribute('method')?.toLowerCase() === 'post' && (!event.defaultPrevented || form.hasAttribute('data-enhance'));
  if (isInUse && isPosted && !isHandledByCircuit(form)) {
    unsent = unsent.filter(entry => !entry.field || formOf(entry.field) !== form);
  }
});
document.addEventListener('keydown', event => {
  if (event.key === 'Enter') {
    const field = fieldOf(event);
    setTimeout(() => settleEntry(field));
  }
}, { capture: true, passive: true });

/** Not with the window, nor by a render, nor where a heading or a dialog has taken the focus. */
function hasLeft(field) {
  const active = document.activeElement;
  const isTaken = isFocusOwed && active !== document.body && active.tabIndex < 0;
  return circuitLives && field.isConnected && focusedField() !== field && !isTaken && !ownDialog()?.contains(active);
}

/** The user goes on elsewhere: the focus is owed no more, and what was put back into a field that did not get it is entered. */
function goOn(event) {
  const field = fieldOf(event);
  isRendering = false; // an event of the user's comes between two renders
  isFocusOwed = false;
  unsent.forEach(entry => [field, focusedField()].includes(entry.field) || settleEntry(entry.field));
}

function settleEntry(field) {
  const entry = field && unsent.find(other => other.field === field && other.owes && !other.isPending);
  if (entry) {
    entry.owes = false;
    entry.changed = true;
    send(entry);
  }
}

/** A circuit is about to start: what it renders takes the place of what is there. */
function awaitCircuit() {
  notePlace();
  fieldWatch?.disconnect();
  fieldWatch = null; // with what is due at its end
  addressBehind = null;
  elementsOfBefore = new WeakSet(document.querySelectorAll('*'));
  unsent.forEach(entry => { entry.isPending = entry.isCarried = true; });
  isInUse = isScrolled = false;
}

/** Where the focus is, as long as the page is the user's: not while it is without its circuit, when a dialog may have taken it. */
function notePlace() {
  const field = focusedField();
  if (isFocusOwed && !(field && isPlace(field))) {
    return;
  }

  if (field && mayBeKept(field)) {
    const isText = field.matches('textarea, input') && typeof field.selectionStart === 'number';
    place = {
      ...identityOf(field), at: here(), stamp: ownTag, start: isText ? field.selectionStart : null, end: isText ? field.selectionEnd : null,
      x: scrollX, y: scrollY,
    };
  } else if (circuitLives) {
    place = null;
  }
}

const isPlace = field => place !== null && isSame(place, { ...identityOf(field), at: here() });

/** Fields may come with any render, also much later than the first. */
function awaitFields() {
  fieldWatch?.disconnect();
  isFocusOwed = place !== null;
  let isDue = false;
  fieldWatch = new MutationObserver(() => {
    if (!isDue) {
      isDue = true;
      setTimeout(() => { isDue = false; putBack(); });
    }
  });
  fieldWatch.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['open', 'disabled', 'readonly', 'inert'] });
  const own = fieldWatch;
  setTimeout(() => {
    own.disconnect();
    if (fieldWatch === own) {
      // What has not found its field by now may find another's later, as in a dialog for the next row.
      fieldWatch = null;
      unsent = unsent.filter(entry => !entry.isPending || entry.foreignSince !== undefined);
      look();
    }
  }, 30_000);
}

function putBack() {
  if (!circuitLives || !isOwnerKnown || !keepsUnsent()) {
    return;
  }

  for (const entry of unsent.filter(other => other.at === here())) {
    // Made anew: rendered twice, or prerendered after all.
    entry.isPending ||= mayComeAnew(entry) && !entry.field?.isConnected;
    const field = entry.isPending ? findField(entry, element => !isOfBefore(element)) : null;
    if (field) {
      putBackInto(field, entry);
    }
  }

  putFocusBack();
}

/** What the server has in a field, which a component may not have taken on yet. */
const shownIn = field => valueOf(field) || (isOfComponent(field) && field.getAttribute('value')) || '';

function putBackInto(field, entry) {
  const shown = shownIn(field);
  entry.isPending = false;
  entry.field = field;
  if (shown === entry.value) {
    drop(entry);
  } else if ((entry.seen[0] !== null && !entry.seen.includes(digest(shown))) || !setValue(field, entry.value)) {
    // The server has changed it meanwhile, or there is no such choice any more; or the page still loads what it shows there.
    entry.foreignSince ??= performance.now();
    entry.isPending = performance.now() - entry.foreignSince < comingFor;
    entry.isPending ? look() : drop(entry);
  } else {
    entry.foreignSince = undefined;

    // Half typed, it is entered when the field is left.
    entry.owes = !entry.changed && place !== null && isSame(place, entry);
    entry.changed ||= !entry.owes;
    entry.putAt ??= performance.now();
    send(entry);
  }
}

function drop(entry) {
  unsent = unsent.filter(other => other !== entry);
}

function putFocusBack() {
  if (!isFocusOwed || !fieldWatch || place.at !== here() || document.querySelector('dialog:modal')) {
    return;
  }

  const field = document.activeElement === document.body || document.activeElement.tabIndex < 0 ? findField(place, element => !isOfBefore(element)) : null;
  if (!field || field.closest('[inert]')) {
    return;
  }

  const was = place; // with the focus, where it is now is noted
  field.focus({ preventScroll: true });
  isOfComponent(field) && unselect();
  document.activeElement === field && putCaret(field, was);
  if (!isScrolled && (was.x !== scrollX || was.y !== scrollY)) {
    scrollTo(was.x, was.y);
  }
}

function putCaret(field, { start, end }) {
  if (start !== null) {
    try {
      field.setSelectionRange(start, end);
    } catch { /* not in a field of this type */ }

    notePlace();
  }
}

/** Of a component that is given the focus a browser selects all, and the next key would take its place. */
function unselect() {
  let text = document.activeElement;
  while (text?.shadowRoot?.activeElement) {
    text = text.shadowRoot.activeElement;
  }

  if (text?.selectionStart === 0 && text.selectionEnd === text.value.length) {
    text.setSelectionRange(text.selectionEnd, text.selectionEnd);
  }
}

recordEarly();
