// What an engine brings that answers when the page has started without it is rendered into fields that somebody may be at.
//
// The server asks before, and waits a moment for the answer: with that it has all that was entered until then. What is half typed it does
// not know, nor what is entered from then on until its render is here. That stays on the screen, and goes to the server as ever.

const takesOnFor = 1_000; // ms
const following = new Set(); // looks at what components may take on yet

let since = null; // entries of what was typed since the server has asked; null while it has not
let newer = null; // entries that are newer than what is rendered; null while that is not late

/** Where the connection is another one, all that was entered without it is sent before the answer. */
async function askLate() {
  await connecting?.catch(() => { });
  since = new Set();
}

/**
 * Comes right before the render: what the server has set in the meantime is no longer the user's. Once more, without an answer, where the
 * connection was away and the render waits in the server.
 */
function renderLate(isAhead, isAnswered) {
  newer = isAhead ? new Set(unsent.filter(entry => isAtHand(entry) && (!entry.changed || since?.has(entry) || !isAnswered))) : null;
  since = null;
}

function followLateRenders(connection) {
  connection.ahead('JS.RenderBatch', () => newer && notePlace());
  connection.behind('JS.RenderBatch', () => {
    if (newer) {
      unsent.filter(entry => newer.has(entry)).forEach(entry => {
        showAgain(entry);
        isOfComponent(entry.field) && followComponent(entry);
      });
      putFocusBack();
    }
  });
  connection.onclose(() => renderLate(false, true));
}

/** A component may take on what is rendered for it some time later, over what was put back: its own script does that. */
function followComponent(entry) {
  const { field } = entry;
  const rendered = field.getAttribute('value') ?? '';
  const until = performance.now() + takesOnFor;
  const look = () => {
    if (!field.isConnected || !unsent.includes(entry) || performance.now() >= until) {
      following.delete(look);
    } else if (valueOf(field) === rendered) {
      showAgain(entry);
    }
  };
  following.add(look);
  requestAnimationFrame(function follow() {
    look();
    following.has(look) && requestAnimationFrame(follow);
  });
}

// Before a key goes into what the component has taken on since the last frame.
for (const event of ['keydown', 'beforeinput']) {
  document.addEventListener(event, () => following.forEach(look => look()), { capture: true, passive: true });
}

function showAgain(entry) {
  const isAnew = !entry.field?.isConnected; // with another model the whole form is, and takes no event that was for the one before
  const field = isAnew ? findField(entry) : entry.field;
  if (!field || valueOf(field) === entry.value) {
    return;
  }

  entry.seen[0] = digest(shownIn(field)); // what a circuit after this one may show there
  if (isAnew) {
    putBackInto(field, entry);
  } else if (setValue(field, entry.value)) {
    entry.owes = !entry.changed;
    field === focusedField() && isPlace(field) && putCaret(field, place);
  }
}
