// Who was submitted when, and who ran how often: every id is accounted for.

export class Ledger {
  #submittedAt;
  #runs;
  #waits = [];
  #awaited = { ran: Infinity };

  constructor(processes) {
    this.#submittedAt = new Float64Array(processes);
    this.#runs = new Uint32Array(processes);
  }

  /** How many ids have run at least once. */
  get ran() { return this.#waits.length; }

  /** Resolves when so many ids have run at least once. One caller at a time. */
  untilRan(count) {
    const { promise, resolve } = Promise.withResolvers();
    this.#awaited = { ran: count, resolve };
    if (this.ran >= count) {
      resolve();
    }
    return promise;
  }

  /** Called right before a submit. */
  submitting(id) {
    this.#submittedAt[id] = performance.now();
  }

  /** Called first thing in a handler; gives the result that the handler returns. */
  started(id) {
    const now = performance.now();
    this.#runs[id] += 1;
    if (this.#runs[id] === 1) {
      this.#waits.push({ id, milliseconds: now - this.#submittedAt[id] });
      if (this.ran === this.#awaited.ran) {
        this.#awaited.resolve();
      }
    }
    return { done: id };
  }

  lost() {
    return [...this.#runs.keys()].filter(id => this.#runs[id] === 0);
  }

  duplicates() {
    return [...this.#runs.keys()].filter(id => this.#runs[id] > 1);
  }

  /** Milliseconds from the submit to the start of the handler, of the ids from `first` on, that a share of them stays within. */
  wait(share, first) {
    const sorted = Float64Array.from(this.#waits.filter(({ id }) => id >= first), ({ milliseconds }) => milliseconds).sort();
    return sorted.length === 0 ? null : sorted[Math.ceil(share * sorted.length) - 1];
  }
}
