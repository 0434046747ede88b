// What the browser keeps for a tab, and by which name.

/** Where a frame is in its tab; nothing for the page itself. All of one origin share the tab's storage, and each is a page of its own. */
function frameOf(page) {
  if (page === page.parent) {
    return '';
  }

  const place = Array.from({ length: page.parent.length }, (_, index) => page.parent[index]).indexOf(page);
  return `${frameOf(page.parent)}${place}:`;
}

const prefix = `livestash:${frameOf(window)}`;
const lostKey = prefix + 'lost';
const tabKey = prefix + 'tab';
const aliveKey = prefix + 'alive';
const unsentKey = prefix + 'unsent';
const failuresKey = prefix + 'failures';
const failedStartsKey = prefix + 'failed-starts';
const fleetKey = prefix + 'fleet';
const negotiatesKey = prefix + 'negotiates';
const maxTagLength = 512; // StashGreeting.MaxTagLength
const maxTags = 3; // StashGreeting.MaxTags

// sessionStorage may be switched off or full; a page works without.
const storage = {
  get(key) {
    try { return sessionStorage.getItem(key); } catch { return null; }
  },
  set(key, value) {
    try { sessionStorage.setItem(key, value); return true; } catch { return false; }
  },
  remove(key) {
    try { sessionStorage.removeItem(key); } catch { /* then it was never set either */ }
  },
};

const tagKey = engine => `${prefix}tag:${engine}`;
const stateKeys = engine => `${prefix}state:${engine}:`;
const ownerKeys = engine => `${prefix}owner:${engine}:`; // of each state the tag that leads to it

/** What follows `start` in the keys that begin with it. */
function endsOf(start) {
  try {
    return Object.keys(sessionStorage).filter(key => key.startsWith(start)).map(key => key.slice(start.length));
  } catch {
    return [];
  }
}

/** The engines that have tags here. */
const engines = () => endsOf(tagKey(''));

/**
 * The tags of the tab, the newest first: one for each session that was signed in here. After `~`, what a loss has left of its stash
 * that no page has taken yet; see OwedSlots.
 */
const tagsOf = engine => (storage.get(tagKey(engine)) ?? '').split(' ').filter(kept => kept).slice(0, maxTags);
const tagIn = kept => kept.split('~', 1)[0];
const owed = (tag, slots) => slots ? `${tag}~${slots}` : tag;

/** Changes the tags of an engine, each to what `change` makes of it, if anything. */
function changeTags(engine, change) {
  return storage.set(tagKey(engine), tagsOf(engine).map(change).filter(kept => kept).join(' '));
}

const fittingTags = engine => tagsOf(engine).filter(kept => tagIn(kept).length <= maxTagLength);
