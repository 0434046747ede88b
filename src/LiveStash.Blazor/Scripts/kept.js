// What is unsent, in the tab's storage: for the page that is loaded again.

const mostUnsentInAll = 64 * 1024;

/** Writes to the tab's storage, once it is known whose it is. */
function keepUnsent() {
  takeOver();
  notePlace();
  unsent = unsent.filter(entry => !entry.field || !isPassword(entry.field)); // also one that is shown
  if (['off', 'page'].includes(setting('unsent'))) {
    storage.remove(unsentKey); // from while the head had not been rendered anew
    return;
  }

  if (!keepsUnsent()) {
    return; // or not yet
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
  const isEntry = entry => isNamed(entry) && typeof entry.value === 'string' && isShort(entry.value) && typeof entry.changed === 'boolean'
    && Array.isArray(entry.seen) && entry.seen.length <= mostSeen + 1 && entry.seen.every(seen => seen === null || Number.isInteger(seen));
  const isPlace = entry => isNamed(entry) && ['start', 'end', 'x', 'y'].every(key => entry[key] === null || Number.isFinite(entry[key]));
  const entries = Array.isArray(kept?.entries) ? kept.entries.slice(0, mostUnsent).filter(isEntry) : [];
  return {
    entries: entries.map(({ at, id, name, path, sign, value, changed, seen, stamp }) =>
      ({ at, id, name, path, sign, value, changed, seen, stamp, version: 0, field: null, isPending: true, isCarried: true, isTold: false, owes: false })),
    place: isPlace(kept?.place) ? kept.place : null,
  };
}
