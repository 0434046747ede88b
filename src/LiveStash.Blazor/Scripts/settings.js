// What the app says in <meta name="livestash" data-...>.

/** A setting of the page, read when it is needed: the head of a page may change with its address. */
const setting = name => document.querySelector('meta[name="livestash"]')?.dataset[name] ?? null;
