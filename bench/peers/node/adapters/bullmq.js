import { Queue, Worker } from 'bullmq';
import { complaintsOf } from '../complaints.js';
import { checkRedis } from '../stores.js';
import { versionOf } from '../versions.js';

// The documentation on parallelism and concurrency calls 100 to 300 typical for jobs that mostly wait.
const TUNED_CONCURRENCY = 200;

/** BullMQ: lists, sets and hashes in Redis, moved by scripts. A finished job stays, with its result. */
export async function bullmq({ redis, tuned, concurrency }, started) {
  const { host, port, store } = await checkRedis(redis);
  const connection = { host, port };
  const queue = new Queue('work', { connection });
  const worker = new Worker('work', async job => started(job.data.id), { connection, concurrency: tuned ? TUNED_CONCURRENCY : concurrency });
  const complain = complaintsOf('BullMQ');
  for (const part of [queue, worker]) {
    part.on('error', ({ message }) => complain(message));
  }
  await worker.waitUntilReady();

  return {
    store,
    transport: `BullMQ ${versionOf('bullmq')}${tuned ? ', tuned' : ''}`,
    submit: data => queue.add('work', data),
    unfinished: async () => {
      const { completed, ...others } = await queue.getJobCounts();
      return Object.values(others).reduce((sum, count) => sum + count, 0);
    },
    stop: async () => {
      await worker.close();
      await queue.close();
    },
  };
}
