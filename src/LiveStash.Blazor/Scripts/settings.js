// What the app says in <meta name="livestash" data-...>, of which there may be several.

/** A setting of the page, read when it is needed: the head of a page may change with its address. The last that says it is the page's own. */
const setting = name => [...document.querySelectorAll('meta[name="livestash"]')].findLast(meta => name in meta.dataset)?.dataset[name] ?? null;
