// What a page that is loaded again tells the server, which renders it with the values that it had; and what to do until it has them.

const reloadCookie = '.LiveStash.Reload'; // ReloadCookie
const maxReloadCookie = 2400; // ReloadCookie.MaxLength
let reloading = false; // by reload(), until the browser has asked whether the page may be left
let pageEngine = null; // of the circuits of this page, once one has asked

/** Loads this page again. */
function reload() {
  tellReload(); // not every browser has `beforeunload`
  reloading = true;
  location.reload();
}

// With each way to leave, of which a reload cannot be told apart here: the server does so. In `pagehide` the request is on its way.
addEventListener('beforeunload', tellReload);

/** Nothing is told after a failure that what is saved may have caused. */
function tellReload() {
  if (window !== window.parent) {
    return; // the cookie is for the page that the frame is in
  }

  const engine = pageEngine ?? engines()[0] ?? '';
  const told = [fittingTags(engine).join(' '), storage.get(lostKey) === null ? '' : 1, engine].join('.');
  const isTold = fittingTags(engine).length > 0 && told.length <= maxReloadCookie && storage.get(failuresKey) === null;
  setReloadCookie(isTold ? encodeURIComponent(told) : '', isTold ? 15 : 0);
}

// A page that may have no cookies works without, as storage does.
function setReloadCookie(value, seconds) {
  // Lax: to a strict one the reload of a page that a link of another site has opened would be a request of that site.
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  try { document.cookie = `${reloadCookie}=${value}; Path=/; Max-Age=${seconds}; SameSite=Lax${secure}`; } catch { /* nothing is told */ }
}

/** Removes the cookie. Answers whether the page was rendered with what the tab has. */
function takeReloadCookie() {
  try {
    return document.cookie.split('; ').includes(`${reloadCookie}=shown`);
  } catch {
    return false;
  } finally {
    setReloadCookie('', 0);
  }
}

let unmarking = 0;

/** Marks a page that shows other values than it is going to have, until the circuit has rendered it, or for 5 s in which it is not held. */
function markRecovering() {
  const isShown = takeReloadCookie();
  const isBack = [lostKey, aliveKey].some(key => storage.get(key) !== null) || performance.getEntriesByType('navigation')[0]?.type === 'reload';
  if (isBack && !isShown && engines().some(engine => fittingTags(engine).length > 0)) {
    document.documentElement.dataset.livestash = 'recovering';
    unmarkSoon(true);
  } else {
    unmarkRecovering();
  }
}

function unmarkSoon(isSoon) {
  clearTimeout(unmarking);
  unmarking = isSoon ? setTimeout(unmarkRecovering, 5_000) : 0;
}

function unmarkRecovering() {
  delete document.documentElement.dataset.livestash;
}

markRecovering();
