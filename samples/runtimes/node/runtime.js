'use strict';
// A runtime for functions in JavaScript, in Node.js without packages: the other end of docs/runtime-protocol.md.
//
//   node runtime.js HANDLER.js [FUNCTION]
//
// Each slot is a thread of its own that loads the module, so that a function that loops, exits or eats its memory is replaced alone.

const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const readline = require('node:readline');
const { Worker } = require('node:worker_threads');

const PROTOCOL = 1;
const LINE = 16 * 1024;
const MOST_KEPT_LINES = 1_000; // log lines that wait for a node that is away
const RECONNECT_MS = 100;

const [file, name = 'process'] = process.argv.slice(2);
if (!file || !process.env.MUSTER_SOCKET) {
  console.error('usage: node runtime.js HANDLER.js [FUNCTION], as an instance of a node, which sets MUSTER_SOCKET');
  process.exit(2);
}

const attempts = new Map(); // by key: what runs, and what has ended without the word that its end is stored
const waiting = [];
const keptLines = [];
let slots = [];
let config;
let node; // the connection
let awaySince = Date.now();
let ready = false;
let unready;
let draining = false;

function tell(message) {
  node?.write(JSON.stringify(message) + '\n');
}

function connect() {
  const socket = net.createConnection(process.env.MUSTER_SOCKET);
  socket.on('connect', () => {
    node = socket;
    tell({ type: 'hello', protocol: PROTOCOL, runtime: `node ${process.version}`, held: [...attempts.values()].filter((a) => !a.unwanted).map((a) => ({ ...a.held, lines: a.lines })) });
    if (unready) tell({ type: 'unready', reason: unready });
    else if (ready) tell({ type: 'ready' });
    keptLines.splice(0).forEach(tell);
    for (const attempt of attempts.values()) if (attempt.end) tell(attempt.end);
    readline.createInterface({ input: socket }).on('line', (line) => hear(JSON.parse(line)));
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    if (node) awaySince = Date.now();
    node = undefined;
    setTimeout(connect, RECONNECT_MS);
  });
}

// While nobody is there to extend the leases, attempts end by themselves; and at last the instance does.
setInterval(() => {
  if (node || !config) return;
  const away = (Date.now() - awaySince) / 1000;
  for (const attempt of attempts.values()) {
    if (!attempt.end && attempt.lease > 0 && away > attempt.lease) cancel(attempt, true);
  }
  if (away > config.orphanAfter) process.exit(75);
}, 250);

function hear(message) {
  const attempt = attempts.get(message.key);
  switch (message.type) {
    case 'configure':
      if (!config) {
        slots = Array.from({ length: message.slots }, () => ({}));
        config = message;
        slots.forEach(start);
      }
      break;
    case 'process':
      if (!attempt) {
        const { key, namespace, process, attempt: number, carry, lease } = message;
        attempts.set(key, { message, held: { key, namespace, process, attempt: number, carry }, lease, lines: 0 });
        waiting.push(key);
        handOut();
      }
      break;
    case 'cancel':
      if (attempt) cancel(attempt, false);
      else tell({ type: 'cancelled', key: message.key });
      break;
    case 'stored':
      if (attempt?.end) attempts.delete(message.key);
      else if (attempt) cancel(attempt, true);
      break;
    case 'ping':
      tell({ type: 'pong', number: message.number });
      break;
    case 'drain':
      draining = true;
      leaveWhenDone();
      break;
  }
}

function handOut() {
  for (const slot of slots) {
    if (waiting.length === 0) return;
    if (!slot.loaded || slot.attempt) continue;
    const attempt = attempts.get(waiting.shift());
    slot.attempt = attempt;
    attempt.slot = slot;
    slot.worker.postMessage(attempt.message);
    attempt.message = undefined;
  }
}

function cancel(attempt, unwanted) {
  attempt.unwanted ||= unwanted;
  if (attempt.end || attempt.cancelled) return;
  attempt.cancelled = true;
  // A thread can be ended wherever it is, also in a loop.
  if (attempt.slot) attempt.slot.worker.terminate();
  else {
    waiting.splice(waiting.indexOf(attempt.held.key), 1);
    ended(attempt, { type: 'cancelled' });
  }
}

function ended(attempt, end) {
  if (attempt.slot) attempt.slot.attempt = undefined;
  attempt.slot = undefined;
  const key = attempt.held.key;
  if (attempt.unwanted) attempts.delete(key);
  else {
    attempt.end = { ...end, key };
    tell(attempt.end);
  }
  leaveWhenDone();
}

function leaveWhenDone() {
  if (draining && [...attempts.values()].every((a) => a.end)) node ? node.end(() => process.exit(0)) : process.exit(0);
}

function start(slot) {
  slot.loaded = false;
  slot.worker = new Worker(path.join(__dirname, 'slot.js'), {
    workerData: { file: path.resolve(file), name, resultLimit: config.resultLimit, line: LINE },
  });
  let failure;
  slot.worker.on('message', ({ kind, ...message }) => {
    const attempt = slot.attempt;
    if (kind === 'loaded') {
      slot.loaded = true;
      if (!ready && slots.every((s) => s.loaded)) {
        ready = true;
        tell({ type: 'ready' });
      }
      handOut();
    } else if (kind === 'log' && attempt) {
      attempt.lines++;
      const line = { type: 'log', key: attempt.held.key, ...message };
      if (node) tell(line);
      else if (keptLines.length < MOST_KEPT_LINES) keptLines.push(line);
    } else if (kind === 'say' && attempt) {
      tell({ ...message, key: attempt.held.key });
    } else if (kind === 'end' && attempt && !attempt.cancelled) {
      ended(attempt, message);
      handOut();
    }
  });
  slot.worker.on('error', (error) => {
    failure = reasonOf(error);
  });
  slot.worker.on('exit', (code) => {
    const wasLoaded = slot.loaded;
    slot.loaded = false; // before anything else is handed out
    const reason = failure ?? `The thread of the slot ended with exit code ${code}.`;
    if (slot.attempt) ended(slot.attempt, slot.attempt.cancelled ? { type: 'cancelled' } : { type: 'failed', error: reason, retryable: true });
    else if (!wasLoaded && !ready && !unready) {
      unready = reason;
      console.error(reason);
      tell({ type: 'unready', reason: reason.split('\n')[0] });
    }
    if (!unready) setTimeout(start, wasLoaded ? 0 : 1_000, slot);
  });
}

function reasonOf(error) {
  return error?.stack ? String(error.stack).slice(0, 7_000) : String(error);
}

process.on('SIGTERM', () => process.exit(143));
if (!fs.existsSync(file)) {
  unready = `There is no file ${path.resolve(file)}.`;
}
connect();
