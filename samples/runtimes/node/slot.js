'use strict';
// One slot: a thread that loads the module and runs one attempt after the other.

const util = require('node:util');
const { parentPort, workerData } = require('node:worker_threads');
const { file, name, resultLimit, line } = workerData;

let running = false;

function log(stream, text) {
  for (const part of text.split('\n')) {
    const step = /^[\x00-\x7f]*$/.test(part) ? line : line / 4;
    for (let i = 0; i === 0 || i < part.length; i += step) parentPort.postMessage({ kind: 'log', stream, text: part.slice(i, i + step) });
  }
}

// What is printed while an attempt runs belongs to it; what is printed before, to the instance.
for (const [method, stream] of [['log', 'stdout'], ['info', 'stdout'], ['debug', 'stdout'], ['warn', 'stderr'], ['error', 'stderr']]) {
  const before = console[method].bind(console);
  console[method] = (...values) => (running ? log(stream, util.format(...values)) : before(...values));
}

let run;
try {
  run = require(file)[name];
  if (typeof run !== 'function') throw new Error(`The module ${file} exports no function '${name}'.`);
} catch (error) {
  // Where the code does not parse, the stack says the place first and the reason after it.
  const text = String(error?.stack ?? error);
  throw error instanceof SyntaxError ? new SyntaxError(`${error.message} (${text.split('\n')[0]})`) : error;
}

parentPort.on('message', async (message) => {
  running = true;
  const context = {
    namespace: message.namespace,
    processId: message.process,
    attempt: message.attempt,
    func: message.func,
    args: message.args,
    kwargs: message.kwargs,
    env: message.env,
    checkpoint: message.checkpoint,
    log: (text) => log('log', String(text)),
    progress: (fraction = null, text = null) => parentPort.postMessage({ kind: 'say', type: 'progress', fraction, message: text }),
    saveCheckpoint: (checkpoint) => parentPort.postMessage({ kind: 'say', type: 'checkpoint', checkpoint }),
  };
  let end;
  try {
    end = endOf(await run(message.input, context));
  } catch (error) {
    end = { type: 'failed', error: String(error?.stack ?? error).slice(0, 7_000), retryable: error?.retryable !== false };
  }
  running = false;
  parentPort.postMessage({ kind: 'end', ...end });
});

function endOf(value) {
  let text;
  try {
    text = JSON.stringify(value ?? null);
  } catch (error) {
    text = undefined;
  }
  if (text === undefined) return { type: 'failed', error: 'The function returned what is no JSON.', retryable: false };
  const size = Buffer.byteLength(text);
  return size > resultLimit
    ? { type: 'failed', error: `The result has ${size} bytes of JSON, and at most ${resultLimit} can be kept.`, retryable: false }
    : { type: 'result', result: JSON.parse(text) };
}

parentPort.postMessage({ kind: 'loaded' });
