// When to try again.

/**
 * How long to wait before each attempt. Quick for the first seconds, which is what a restart takes; then slower and
 * slower, so that the tabs of a long outage do not wear the server down. Never at once: an attempt at 0 ms reaches the
 * server that is just shutting down and holds that up. Always with jitter, so that the tabs do not come in step.
 */
class Pace {
  static #quickPhase = 15_000;
  static #slowest = 3_000;
  attempts = 0;
  #since = performance.now();
  #slow = 250;

  next() {
    this.attempts++;
    if (this.attempts === 1) {
      return 100 + 50 * Math.random();
    }

    if (performance.now() - this.#since < Pace.#quickPhase) {
      return Math.min(100 + 25 * this.attempts, 250) * (0.75 + 0.25 * Math.random());
    }

    this.#slow = Math.min(this.#slow * 1.5, Pace.#slowest);
    return this.#slow * (0.5 + 0.5 * Math.random());
  }
}
