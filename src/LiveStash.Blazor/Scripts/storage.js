// What the browser keeps for a tab, and by which name.

const prefix = 'livestash:';
const lostKey = prefix + 'lost';
const owedKey = prefix + 'owed';
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

/** The engines that have tags here. */
function engines() {
  try {
    return Object.keys(sessionStorage).filter(key => key.startsWith(tagKey(''))).map(key => key.slice(tagKey('').length));
  } catch {
    return [];
  }
}

/** The tags of the tab, the newest first: one for each session that was signed in here. */
const tagsOf = engine => (storage.get(tagKey(engine)) ?? '').split(' ').filter(tag => tag).slice(0, maxTags);

const fittingTags = engine => tagsOf(engine).filter(tag => tag.length <= maxTagLength);
