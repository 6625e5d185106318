// What is done with a system. Its workers run from the start; `system` is what an adapter gives.
import { setTimeout as sleep } from 'node:timers/promises';

// A store that shows no progress for so long will show none: the longest poll of any system is 15 s.
const STALLED_MS = 60_000;
// How often the store is asked: seldom while handlers still run, so that asking is no load, then often enough to see the end.
const ASK_WHILE_RUNNING_MS = 250;
const ASK_AT_THE_END_MS = 2;

// How much of the pause between two submits to an idle system is chance, so that they do not fall into step with a poll.
const JITTER = 0.4;

/** Submits the ids from `first` to before `end` one by one, `concurrency` in flight, and waits until the store shows none unfinished. */
export async function burnDown(system, ledger, { first, end, concurrency, payload }) {
  const text = 'x'.repeat(payload);
  const began = performance.now();
  let next = first;
  const submitter = async () => {
    while (next < end) {
      const id = next++;
      ledger.submitting(id);
      await system.submit({ id, payload: text });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, submitter));
  const submitted = performance.now();
  const unfinished = await untilTheStoreIsEmpty(system, ledger, end);
  return { submitSeconds: (submitted - began) / 1000, seconds: (performance.now() - began) / 1000, unfinished };
}

/** Submits the ids from `first` to before `end` to an idle system, one at a time with a pause of about `pause` milliseconds before each. */
export async function latency(system, ledger, { first, end, payload, pause }) {
  const text = 'x'.repeat(payload);
  const began = performance.now();
  let submitting = 0;
  for (let id = first; id < end; id++) {
    await sleep(pause * (1 + JITTER * (2 * Math.random() - 1)));
    const before = performance.now();
    ledger.submitting(id);
    await system.submit({ id, payload: text });
    submitting += performance.now() - before;
  }
  const unfinished = await untilTheStoreIsEmpty(system, ledger, end);
  return { submitSeconds: submitting / 1000, seconds: (performance.now() - began) / 1000, unfinished };
}

/** Asks the store, not the handlers; gives what was still unfinished when it was clear that nothing moves. */
async function untilTheStoreIsEmpty(system, ledger, end) {
  const everyoneRan = ledger.untilRan(end);
  let seen = { unfinished: Infinity, ran: -1 };
  let moved = performance.now();
  for (;;) {
    const unfinished = await system.unfinished();
    if (unfinished === 0) {
      return 0;
    }
    if (unfinished !== seen.unfinished || ledger.ran !== seen.ran) {
      seen = { unfinished, ran: ledger.ran };
      moved = performance.now();
    } else if (performance.now() - moved > STALLED_MS) {
      return unfinished;
    }
    await (ledger.ran >= end ? sleep(ASK_AT_THE_END_MS) : Promise.race([sleep(ASK_WHILE_RUNNING_MS), everyoneRan]));
  }
}
