// The options of a contestant: the same for every one of them.
import { parseArgs } from 'node:util';
import { Refusal } from './refusal.js';

const KNOWN = {
  scenario: { type: 'string', default: 'burn-down' },
  processes: { type: 'string', default: '20000' },
  concurrency: { type: 'string', default: '16' },
  payload: { type: 'string', default: '100' },
  pause: { type: 'string', default: '50' },
  postgres: { type: 'string' },
  redis: { type: 'string' },
  tuned: { type: 'boolean', default: false },
};

export const SCENARIOS = ['burn-down', 'latency'];

/** Reads the arguments; `systems` are the names that may come first. */
export function readOptions(argv, systems) {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options: KNOWN, allowPositionals: true });
  } catch (error) {
    throw new Refusal(firstSentence(error.message));
  }

  const { values, positionals } = parsed;
  const [system, ...others] = positionals;
  if (!systems.includes(system)) {
    throw new Refusal(system ? `There is no system '${system}'. Known are: ${systems.join(', ')}.` : `Name a system first: ${systems.join(', ')}.`);
  }
  if (others.length > 0) {
    throw new Refusal(`One system at a time: '${others[0]}' is one too many.`);
  }
  if (!SCENARIOS.includes(values.scenario)) {
    throw new Refusal(`There is no scenario '${values.scenario}'. Known are: ${SCENARIOS.join(', ')}.`);
  }

  return {
    system,
    scenario: values.scenario,
    processes: wholeNumber('processes', values.processes),
    concurrency: wholeNumber('concurrency', values.concurrency),
    payload: wholeNumber('payload', values.payload),
    pause: wholeNumber('pause', values.pause),
    postgres: values.postgres,
    redis: values.redis,
    tuned: values.tuned,
  };
}

function wholeNumber(name, text) {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < 1) {
    throw new Refusal(`--${name} takes a whole number from 1, and '${text}' is none.`);
  }
  return number;
}

// Node explains at length how a wrong option could have been meant otherwise.
function firstSentence(text) {
  return text.split(/\. |\n/)[0] + (text.includes('. ') ? '.' : '');
}
