import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { complaintsOf } from '../complaints.js';
import { checkPostgres } from '../stores.js';
import { versionOf } from '../versions.js';

// What its page on workers offers for throughput: batches whose jobs keep a result each, the next fetch at once while batches
// are full, and the shortest poll otherwise.
const TUNED_WORK = { batchSize: 50, perJobResults: true, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 };

/** pg-boss: a row per job in PostgreSQL, found by polling. A finished job stays, with its result, until maintenance deletes it. */
export function pgBoss(options, started) {
  return start(options, started, { notify: false });
}

/** pg-boss whose workers are woken: soon started, but commits that notify go one after the other, and each waits for the disk. */
export function pgBossNotify(options, started) {
  return start(options, started, { notify: true });
}

async function start({ postgres, tuned, concurrency }, started, { notify }) {
  const { store } = await checkPostgres(postgres);
  // Connections for all submits and all workers, so that neither waits for the other.
  const boss = new PgBoss({ connectionString: postgres, max: 2 * concurrency, useListenNotify: notify });
  const complain = complaintsOf('pg-boss');
  boss.on('error', ({ message }) => complain(message));
  await boss.start();
  await boss.createQueue('work', { notify });
  if (tuned) {
    await boss.work('work', TUNED_WORK, async jobs => jobs.map(({ id, data }) => ({ id, status: 'completed', output: started(data.id) })));
  } else {
    await boss.work('work', { localConcurrency: concurrency }, async ([job]) => started(job.data.id));
  }
  const database = new pg.Client({ connectionString: postgres });
  await database.connect();

  return {
    store,
    transport: `pg-boss ${versionOf('pg-boss')}${tuned ? ', tuned' : ''}${notify ? ', notify' : ''}`,
    submit: data => boss.send('work', data),
    unfinished: async () => (await database.query(`select count(*)::int as jobs from pgboss.job where name = 'work' and state <> 'completed'`)).rows[0].jobs,
    stop: async () => {
      await boss.stop();
      await database.end();
    },
  };
}
