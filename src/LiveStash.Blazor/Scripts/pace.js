// When to try again.

/** Of the server that this page hangs on: how many circuits it has. Unknown: few, as a server with many says so. */
const fleet = {
  get size() { return Number(storage.get(fleetKey)) || 0; },
  set size(circuits) { storage.set(fleetKey, String(circuits)); },
  /** How long all of them take, in milliseconds, when one after the other asks: 1,500 in a second. */
  get window() { return this.size / 1.5; },
};

/**
 * How long to wait before each attempt. Quick for the first seconds, which is what a restart takes; then slower and
 * slower, so that the tabs of a long outage do not wear the server down. Never at once: an attempt at 0 ms reaches the
 * server that is just shutting down and holds that up. Always with jitter, so that the tabs do not come in step. After the
 * first attempt the tabs of a large fleet spread over the time that the server needs for all of them, and keep their places.
 * What the app has set in Blazor's reconnectionOptions goes before.
 */
class Pace {
  static #quickPhase = 15_000;
  static #slowest = 3_000;
  attempts = 0;
  #since = performance.now();
  #slow = 250;
  #app;

  constructor(options) {
    this.#app = appsOwn(options);
  }

  /** Milliseconds; null when the app wants no further attempt. */
  next() {
    const before = this.attempts++;
    const { maxRetries, retryIntervalMilliseconds: interval } = this.#app;
    if (maxRetries !== undefined && before >= maxRetries) {
      return null;
    } else if (typeof interval === 'function') {
      return interval(before, maxRetries) ?? null;
    } else if (interval !== undefined) {
      return before === 0 ? Math.min(interval, 3_000) : interval; // as Blazor does it
    } else if (before === 0) {
      return 100 + 50 * Math.random();
    }

    const own = this.#own();
    if (own > fleet.window) {
      return own * (0.75 + 0.25 * Math.random());
    }

    return Math.max(own, fleet.window * (before === 1 ? Math.random() : 0.75 + 0.5 * Math.random()));
  }

  #own() {
    if (performance.now() - this.#since < Pace.#quickPhase) {
      return Math.min(100 + 25 * this.attempts, 250);
    }

    this.#slow = Math.min(Math.max(this.#slow, fleet.window) * 1.5, Math.max(Pace.#slowest, 4 * fleet.window));
    return this.#slow;
  }
}

/** What of the options is not Blazor's default. Blazor has put them together before it shows them. */
function appsOwn({ maxRetries, retryIntervalMilliseconds: interval } = {}) {
  const isDefault = typeof interval === 'function' && [0, 9, 10, 19, 20].map(attempt => interval(attempt, 30)).join() === '0,0,5000,5000,30000';
  return { maxRetries: maxRetries === 30 ? undefined : maxRetries, retryIntervalMilliseconds: isDefault ? undefined : interval };
}

export { Pace };
