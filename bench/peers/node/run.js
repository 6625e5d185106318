// Does the work of the bench on one system: node run.js SYSTEM [options]. The last line of the output is the measurement, as JSON.
import { bullmq } from './adapters/bullmq.js';
import { graphileWorker } from './adapters/graphile-worker.js';
import { pgBoss, pgBossNotify } from './adapters/pg-boss.js';
import { Ledger } from './ledger.js';
import { readOptions } from './options.js';
import { Refusal } from './refusal.js';
import { burnDown, latency } from './scenarios.js';

// An adapter is a function: given the options and what a handler has to call, it starts the workers and gives
//   store, transport   what the measurement is named after
//   submit(data)       resolves when the system said yes
//   unfinished()       asks the store how many are not finished
//   stop()             ends the workers and closes the connections
const adapters = { 'bullmq': bullmq, 'graphile-worker': graphileWorker, 'pg-boss': pgBoss, 'pg-boss-notify': pgBossNotify };
const scenarios = { 'burn-down': burnDown, latency };

// What is hot has to be compiled, by Node as by the server: a tenth of the work is done first and not measured.
const WARM_UP = { share: 0.1, most: 2_000 };

async function measure(options) {
  const warmUp = Math.min(Math.ceil(options.processes * WARM_UP.share), WARM_UP.most);
  const all = warmUp + options.processes;
  const ledger = new Ledger(all);
  const system = await adapters[options.system](options, id => ledger.started(id));
  const scenario = scenarios[options.scenario];
  let { submitSeconds, seconds, unfinished } = await scenario(system, ledger, { ...options, first: 0, end: warmUp });
  if (unfinished === 0) {
    ({ submitSeconds, seconds, unfinished } = await scenario(system, ledger, { ...options, first: warmUp, end: all }));
  }
  const usage = process.resourceUsage();
  await system.stop();

  const lost = ledger.lost();
  const duplicates = ledger.duplicates();
  if (lost.length > 0) {
    console.error(`LOST: ${lost.length} of ${all} were submitted and never ran: ${some(lost)}.`);
  }
  if (unfinished > 0) {
    console.error(`STUCK: the store shows ${unfinished} of ${all} unfinished, and nothing moves.`);
  }
  if (duplicates.length > 0) {
    console.error(`TWICE: ${duplicates.length} of ${all} ran more than once: ${some(duplicates)}.`);
  }

  console.log(JSON.stringify({
    scenario: options.scenario,
    store: system.store,
    transport: system.transport,
    processes: options.processes,
    perSecond: round(options.processes / seconds),
    submitPerSecond: round(options.processes / submitSeconds),
    p50Ms: round(ledger.wait(0.5, warmUp)),
    p99Ms: round(ledger.wait(0.99, warmUp)),
    lost: lost.length,
    duplicates: duplicates.length,
    cpuSeconds: round((usage.userCPUTime + usage.systemCPUTime) / 1e6),
    peakMb: round(usage.maxRSS / 1024),
  }));
  return lost.length > 0 || unfinished > 0 ? 1 : 0;
}

function some(ids) {
  return ids.slice(0, 10).join(', ') + (ids.length > 10 ? ', ...' : '');
}

function round(number) {
  return number === null ? null : Math.round(number * 100) / 100;
}

// A client that fails in the background has no caller to tell.
function fail(error) {
  console.error(error instanceof Refusal ? error.message : `It failed: ${error?.message || error}`);
  process.exit(2);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
try {
  process.exitCode = await measure(readOptions(process.argv.slice(2), Object.keys(adapters)));
} catch (error) {
  fail(error);
}
