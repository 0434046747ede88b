// What the server calls.

let port = null; // the circuit's; see StashPort
let circuitBegun = false; // what it renders from now on is what it recovered

window.LiveStash = Object.freeze({
  /** Answers a circuit that starts, as often as it asks; see StashGreeting. */
  async greet(engine, circuit) {
    circuitActs();
    const copied = await duplicate;
    port = circuit;
    const lost = wasLost(copied);
    greeted = true;
    pageEngine = engine;
    const fitting = fittingTags(engine);
    return {
      tags: fitting, tagTooLong: fitting.length < tagsOf(engine).length, lost, duplicate: copied,
      failures: Number(storage.get(failuresKey)) || 0,
    };
  },

  /** Keeps a tag, in place of the session's former one: of several, any may be here. Answers whether it is kept. */
  setTag(engine, tag, formers) {
    ownTag = tag;
    markAlive();
    unsentRenamed(formers);
    const tags = tagsOf(engine);
    const isOwn = kept => [...formers, tag].includes(tagIn(kept));
    const [, slots] = tags.find(isOwn)?.split('~') ?? [];
    const owners = ownerKeys(engine);
    endsOf(owners).filter(stamp => formers.includes(storage.get(owners + stamp))).forEach(stamp => storage.set(owners + stamp, tag));
    return storage.set(tagKey(engine), [owed(tag, slots), ...tags.filter(kept => !isOwn(kept))].slice(0, maxTags).join(' '));
  },

  /** Says that a circuit has begun, with the stash of `tag` or with none: that uses up the note of a loss. See FoundTag for the others. */
  started(engine, tag, outdated, recovered, slots, left) {
    ownTag = tag;
    markAlive();
    duplicate = false;
    circuitBegun = true;
    freePage(); // said before, but perhaps over a connection that was lost
    changeTags(engine, kept => tagIn(kept) === outdated ? null : tagIn(kept) === left ? owed(left, '*') : kept);
    storage.remove(lostKey);
    storage.remove(fleetKey); // of the server before; this one tells
    this.owe(engine, slots);
    unsentStarted();
    if (recovered) {
      watchFailures();
    }

    return true;
  },

  /** Keeps what of a loss no page has taken yet; see OwedSlots. */
  owe(engine, slots) {
    changeTags(engine, kept => tagIn(kept) === ownTag ? owed(ownTag, slots) : kept);
    return true;
  },

  /**
   * Keeps a browser memory engine's token, unless a later owner has written: `stamp` tells stashes apart, `epoch` owners.
   * A tag leads to one stash; what an earlier one left goes, and what no tag of the tab leads to any more.
   */
  saveState(engine, stamp, epoch, token) {
    const key = stateKeys(engine) + stamp;
    const [writer] = (storage.get(key) ?? '').split('.', 1);
    if (Number(writer) > epoch) {
      return 'superseded';
    }

    if (!storage.set(key, `${epoch}.${token}`)) {
      return 'full';
    }

    const others = tagsOf(engine).map(tagIn).filter(tag => tag !== ownTag);
    if (others.includes(storage.get(ownerKeys(engine) + stamp))) {
      return 'saved'; // it is being opened over what this page has, and each stays whose it is
    }

    if (ownTag !== null) {
      storage.set(ownerKeys(engine) + stamp, ownTag); // otherwise it is being opened, and stays whose it is
    }

    endsOf(stateKeys(engine))
      .filter(other => other !== stamp && !others.includes(storage.get(ownerKeys(engine) + other)))
      .forEach(other => this.clearState(engine, other));
    return 'saved';
  },

  /** The token, or for one over the limit of an interop message its length: it is fetched as a stream then. */
  loadState(engine, stamp, maxInline) {
    const token = tokenOf(engine, stamp);
    return token === null || token.length <= maxInline ? { token, length: token?.length ?? 0 } : { token: null, length: token.length };
  },

  streamState(engine, stamp) {
    return new TextEncoder().encode(tokenOf(engine, stamp) ?? '');
  },

  clearState(engine, stamp) {
    storage.remove(stateKeys(engine) + stamp);
    storage.remove(ownerKeys(engine) + stamp);
    return true;
  },

  /** Says that the page waits for its engine, or no longer. What is typed into a page that is held would be lost. */
  hold(isHeld) {
    isHeld ? holdPage() : freePage();
    display(isHeld ? 'hold' : 'hide');
    unmarkSoon(!isHeld);
    return true;
  },

  /** Asks before what an engine brings late is rendered. With the answer, all is there that was entered before. */
  async askLate() {
    await askLate();
    return isOwnerKnown; // what was typed without the connection waits for that
  },

  /** Says that it is rendered now, or has been; and whether the question was answered in time. */
  late(isAhead, isAnswered) {
    renderLate(isAhead, isAnswered);
    return true;
  },

  /** Says whether it is known whose the circuit is: another user may have come with the connection, and the session changes soon. */
  owner(isKnown) {
    ownerKnown(isKnown);
    return true;
  },

  /** Keeps how many circuits the server has; see Pace. */
  fleet(circuits) {
    fleet.size = circuits;
    return true;
  },

  /** Answered at all, it says that this circuit's page is still there. */
  confirm() {
    return !leaving;
  },
});

let held = []; // what is inert because of us, not because of the app

function holdPage() {
  held.push(...[...document.body.children].filter(child => !child.inert));
  held.forEach(child => { child.inert = true; });
}

function freePage() {
  held.forEach(child => { child.inert = false; });
  held = [];
}

function tokenOf(engine, stamp) {
  const kept = storage.get(stateKeys(engine) + stamp);
  return kept === null ? null : kept.slice(kept.indexOf('.') + 1);
}
