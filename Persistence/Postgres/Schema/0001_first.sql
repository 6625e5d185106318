-- Texts compare by their bytes, whatever the locale of the database: order and uniqueness are the same on every server.

-- Journal and snapshots have the tables of Akka.Persistence.Sql, which reads them for checks and export.
CREATE TABLE journal (
  ordering        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created         bigint NOT NULL,
  deleted         boolean NOT NULL,
  persistence_id  text COLLATE "C" NOT NULL,
  sequence_number bigint NOT NULL,
  message         bytea NOT NULL,
  manifest        text COLLATE "C",
  identifier      integer,
  writer_uuid     text COLLATE "C",
  -- Rows of transactions that have all ended, in the order of these, have no gaps: a slow writer's rows come before those of later ones.
  tx              xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE UNIQUE INDEX journal_uq ON journal (persistence_id, sequence_number);

CREATE TABLE tags (
  ordering_id    bigint NOT NULL,
  tag            text COLLATE "C" NOT NULL,
  sequence_nr    bigint NOT NULL,
  persistence_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (ordering_id, tag)
);

CREATE TABLE snapshot (
  persistence_id  text COLLATE "C" NOT NULL,
  sequence_number bigint NOT NULL,
  created         bigint NOT NULL,
  snapshot        bytea,
  manifest        text COLLATE "C",
  serializer_id   integer,
  PRIMARY KEY (persistence_id, sequence_number)
);

-- Facts about the store itself: shard count, cluster name.
CREATE TABLE metadata (
  key   text COLLATE "C" NOT NULL PRIMARY KEY,
  value text COLLATE "C" NOT NULL
);

-- One row a process. Times are milliseconds since 1970, UTC; waiting_since, the place in the queue, is in ticks of 100 ns. The spec stands in the process's first journal row,
-- the result in the journal row that result_nr names, so neither is stored twice.
CREATE TABLE process (
  seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace       text COLLATE "C" NOT NULL,
  id              text COLLATE "C" NOT NULL,
  status          integer NOT NULL,
  queue           text COLLATE "C" NOT NULL,
  lane            text COLLATE "C" NOT NULL,
  shard           integer NOT NULL,
  priority        integer NOT NULL,
  waiting_since   bigint,
  next_deadline   bigint,
  name            text COLLATE "C",
  func            text COLLATE "C" NOT NULL,
  runtime         text COLLATE "C",
  attempt         integer NOT NULL DEFAULT 0,
  counted         integer NOT NULL DEFAULT 0,
  executor        text COLLATE "C",
  demand          text COLLATE "C",
  lease_until     bigint,
  reason          text COLLATE "C",
  cause           text COLLATE "C",
  has_parents     integer NOT NULL,
  not_before      bigint,
  concurrency     text COLLATE "C",
  labels          text COLLATE "C",
  attributes      text COLLATE "C",
  progress        double precision,
  progress_text   text COLLATE "C",
  checkpoint      text COLLATE "C",
  result_nr       bigint,
  webhook         integer NOT NULL,
  webhook_at      bigint,
  damaged         text COLLATE "C",
  created_at      bigint NOT NULL,
  created_by      text COLLATE "C",
  started_at      bigint,
  finished_at     bigint,
  updated_at      bigint NOT NULL
);
CREATE UNIQUE INDEX process_id ON process (namespace, id);
CREATE INDEX process_list ON process (namespace, status, seq);
CREATE INDEX process_waiting ON process (namespace, queue, lane, priority DESC, waiting_since, seq) WHERE status = 2;
CREATE INDEX process_due ON process (next_deadline) WHERE next_deadline IS NOT NULL;
CREATE INDEX process_running ON process (namespace, executor) WHERE status = 3;
CREATE INDEX process_demand ON process (demand) WHERE status = 3;
CREATE INDEX process_finished ON process (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX process_key ON process (namespace, queue, concurrency, seq) WHERE concurrency IS NOT NULL AND status < 4;
CREATE INDEX process_child ON process (seq) WHERE status = 1 AND has_parents = 1;
CREATE INDEX process_cause ON process (namespace, cause) WHERE cause IS NOT NULL;
CREATE INDEX process_webhook ON process (webhook_at) WHERE webhook_at IS NOT NULL;

CREATE TABLE process_label (
  namespace text COLLATE "C" NOT NULL,
  key       text COLLATE "C" NOT NULL,
  value     text COLLATE "C" NOT NULL,
  seq       bigint NOT NULL,
  PRIMARY KEY (namespace, key, value, seq)
);

-- A child waits for its parents.
CREATE TABLE process_link (
  namespace text COLLATE "C" NOT NULL,
  child     text COLLATE "C" NOT NULL,
  parent    text COLLATE "C" NOT NULL,
  PRIMARY KEY (namespace, child, parent)
);
CREATE INDEX process_link_parent ON process_link (namespace, parent, child);

-- How many processes are in which state; one set of rows for each writing node, summed when read.
CREATE TABLE process_count (
  node      text COLLATE "C" NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  queue     text COLLATE "C" NOT NULL,
  status    integer NOT NULL,
  n         integer NOT NULL,
  PRIMARY KEY (namespace, queue, status, node)
);

-- A place under a limit that an attempt holds.
CREATE TABLE slot (
  namespace text COLLATE "C" NOT NULL,
  queue     text COLLATE "C" NOT NULL,
  key       text COLLATE "C" NOT NULL,
  slot      integer NOT NULL,
  process   text COLLATE "C" NOT NULL,
  attempt   integer NOT NULL,
  PRIMARY KEY (namespace, queue, key, slot)
);

CREATE TABLE log (
  namespace text COLLATE "C" NOT NULL,
  process   text COLLATE "C" NOT NULL,
  attempt   integer NOT NULL,
  sequence  bigint NOT NULL,
  at        bigint NOT NULL,
  stream    text COLLATE "C" NOT NULL,
  text      text COLLATE "C" NOT NULL,
  PRIMARY KEY (namespace, process, attempt, sequence)
);

CREATE TABLE queue (
  namespace       text COLLATE "C" NOT NULL,
  name            text COLLATE "C" NOT NULL,
  max_running     integer,
  rate_per_second double precision,
  paused          integer NOT NULL DEFAULT 0,
  updated_at      bigint NOT NULL,
  PRIMARY KEY (namespace, name)
);

CREATE TABLE executor (
  namespace     text COLLATE "C" NOT NULL,
  id            text COLLATE "C" NOT NULL,
  capability    text COLLATE "C" NOT NULL,
  registered_at bigint NOT NULL,
  last_seen     bigint NOT NULL,
  PRIMARY KEY (namespace, id)
);

CREATE TABLE file (
  file_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace  text COLLATE "C" NOT NULL,
  process    text COLLATE "C" NOT NULL,
  name       text COLLATE "C" NOT NULL,
  size       bigint NOT NULL,
  sha256     text COLLATE "C" NOT NULL,
  media_type text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  complete   integer NOT NULL
);
CREATE UNIQUE INDEX file_name ON file (namespace, process, name) WHERE complete = 1;
CREATE INDEX file_process ON file (namespace, process);
CREATE INDEX file_pending ON file (created_at) WHERE complete = 0;

CREATE TABLE file_chunk (
  file_id bigint NOT NULL,
  n       integer NOT NULL,
  bytes   bytea NOT NULL,
  PRIMARY KEY (file_id, n)
);
