// Looks at the servers before anything is measured. The clients of the systems would repeat a failed connection for ever.
import { Redis } from 'ioredis';
import pg from 'pg';
import { Refusal } from './refusal.js';

const PATIENCE_MS = 5_000;

/** Refuses a database that cannot be reached or has tables: what an earlier run left would be measured along. */
export async function checkPostgres(address) {
  if (!address) {
    throw new Refusal('This system needs an empty database: --postgres postgres://user@host:port/database.');
  }

  let client;
  try {
    client = new pg.Client({ connectionString: address, connectionTimeoutMillis: PATIENCE_MS });
    await client.connect();
  } catch (error) {
    throw new Refusal(`The database ${withoutPassword(address)} cannot be reached: ${reason(error)}.`);
  }

  try {
    const { rows } = await client.query(
      `select count(*)::int as tables from pg_catalog.pg_tables where schemaname not in ('pg_catalog', 'information_schema')`);
    if (rows[0].tables > 0) {
      throw new Refusal(`The database ${withoutPassword(address)} is not empty: it has ${rows[0].tables} tables.`);
    }
    const { rows: [{ synchronous_commit: commit }] } = await client.query('show synchronous_commit');
    return { store: commit === 'on' ? 'postgres' : `postgres, synchronous_commit ${commit}` };
  } finally {
    await client.end();
  }
}

/** Refuses a server that cannot be reached or has keys; says how it writes to disk. */
export async function checkRedis(address) {
  const [, host, port] = /^(.+):(\d+)$/.exec(address ?? '') ?? [];
  if (!host) {
    throw new Refusal(address ? `--redis takes host:port, not '${address}'.` : 'This system needs an empty Redis: --redis host:port.');
  }

  const redis = new Redis({ host, port: Number(port), lazyConnect: true, connectTimeout: PATIENCE_MS, retryStrategy: null, maxRetriesPerRequest: 0 });
  let failure;
  redis.on('error', error => { failure ??= error; });
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new Refusal(`Redis at ${address} cannot be reached: ${reason(failure ?? error)}.`);
  }

  try {
    const keys = await redis.dbsize();
    if (keys > 0) {
      throw new Refusal(`Redis at ${address} is not empty: it has ${keys} keys.`);
    }
    const [, appendOnly] = await redis.config('GET', 'appendonly');
    const [, fsync] = await redis.config('GET', 'appendfsync');
    return { host, port: Number(port), store: appendOnly === 'yes' ? `redis, appendfsync ${fsync}` : 'redis, nothing durable' };
  } finally {
    redis.disconnect();
  }
}

// A name with several addresses fails with an error for each and no text of its own.
function reason(error) {
  return error.message || error.errors?.map(each => each.message).join(', ') || error.code || String(error);
}

function withoutPassword(address) {
  return address.replace(/(\/\/[^:/@]+):[^@]*@/, '$1@');
}
