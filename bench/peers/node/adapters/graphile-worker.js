import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { complaintsOf } from '../complaints.js';
import { checkPostgres } from '../stores.js';
import { versionOf } from '../versions.js';

/** graphile-worker: a row per job in PostgreSQL, woken by NOTIFY. A finished job is deleted; there is no result. */
export async function graphileWorker({ postgres, tuned, concurrency }, started) {
  const { store } = await checkPostgres(postgres);
  const complain = complaintsOf('graphile-worker');
  const logger = new Logger(() => (level, message) => {
    if (level === 'error' || level === 'warning') {
      complain(message);
    }
  });
  // One at a time is the default; every user has to choose it, so it is chosen as for the others. The tuned numbers, and
  // those of the batches, are the ones its page on performance gives for the most jobs a second.
  const jobs = tuned ? 24 : concurrency;
  const batches = tuned ? { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } : {};
  const worker = { connectionString: postgres, logger, concurrentJobs: jobs, maxPoolSize: jobs + 1, ...batches };
  const runner = await run({ preset: { worker }, noHandleSignals: true, taskList: { work: ({ id }) => { started(id); } } });
  const client = await makeWorkerUtils({ connectionString: postgres, maxPoolSize: concurrency, logger });
  const database = new pg.Client({ connectionString: postgres });
  await database.connect();

  return {
    store,
    transport: `graphile-worker ${versionOf('graphile-worker')}${tuned ? ', tuned' : ''}`,
    submit: data => client.addJob('work', data),
    unfinished: async () => (await database.query('select count(*)::int as jobs from graphile_worker.jobs')).rows[0].jobs,
    stop: async () => {
      await runner.stop();
      await client.release();
      await database.end();
    },
  };
}
