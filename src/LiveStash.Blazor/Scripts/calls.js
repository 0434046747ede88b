// What the server calls.

window.LiveStash = Object.freeze({
  /** Answers a circuit that starts; see StashGreeting. */
  async greet(engine) {
    const copied = await duplicate;
    duplicate = false;
    const lost = takeLost(copied);
    greeted = true;
    const failures = Number(storage.get(failuresKey)) || 0;
    const tag = storage.get(tagKey(engine));
    const tooLong = tag !== null && tag.length > maxTagLength;
    return { tag: tooLong ? null : tag, tagTooLong: tooLong, lost, duplicate: copied, failures };
  },

  /** Keeps the tag. Answers whether it is kept. */
  setTag(engine, tag) {
    return storage.set(tagKey(engine), tag);
  },

  /**
   * Keeps a browser memory engine's token, unless a later owner has written: `stamp` tells stashes apart, `epoch` owners.
   * A tab has one stash per engine; what an earlier one left goes.
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

    for (const other of Object.keys(sessionStorage)) {
      if (other.startsWith(stateKeys(engine)) && other !== key) {
        storage.remove(other);
      }
    }

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
    return true;
  },

  /** Says that what was saved goes into the page now: a failure that follows at once may be its doing. */
  recovering() {
    watchFailures();
    return true;
  },

  /** Says that the page waits for its engine, or no longer. What is typed into a page that is held would be lost. */
  hold(isHeld) {
    [...document.body.children].forEach(child => { child.inert = isHeld; });
    display(isHeld ? 'hold' : 'hide');
    return true;
  },

  /** Answered at all, it says that this circuit's page is still there. */
  confirm() {
    return !leaving;
  },
});

function tokenOf(engine, stamp) {
  const kept = storage.get(stateKeys(engine) + stamp);
  return kept === null ? null : kept.slice(kept.indexOf('.') + 1);
}
