// Who was submitted when, and who ran how often: every id is accounted for.

export class Ledger {
  #submittedAt;
  #runs;
  #waits = [];
  #everyoneRan = Promise.withResolvers();

  constructor(processes) {
    this.processes = processes;
    this.#submittedAt = new Float64Array(processes);
    this.#runs = new Uint32Array(processes);
  }

  /** Resolves when every id has run at least once. */
  get everyoneRan() { return this.#everyoneRan.promise; }

  get ran() { return this.#waits.length; }

  /** Called right before a submit. */
  submitting(id) {
    this.#submittedAt[id] = performance.now();
  }

  /** Called first thing in a handler; gives the result that the handler returns. */
  started(id) {
    const now = performance.now();
    this.#runs[id] += 1;
    if (this.#runs[id] === 1) {
      this.#waits.push(now - this.#submittedAt[id]);
      if (this.ran === this.processes) {
        this.#everyoneRan.resolve();
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

  /** Milliseconds from the submit to the start of the handler that a share of the ids stays within; null when none ran. */
  wait(share) {
    if (this.ran === 0) {
      return null;
    }
    const sorted = Float64Array.from(this.#waits).sort();
    return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  }
}
