-- Journal and snapshots have the tables of Akka.Persistence.Sql, which reads them for checks and export.
CREATE TABLE journal (
  ordering        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  created         INTEGER NOT NULL,
  deleted         INTEGER NOT NULL,
  persistence_id  TEXT    NOT NULL,
  sequence_number INTEGER NOT NULL,
  message         BLOB    NOT NULL,
  manifest        TEXT,
  identifier      INTEGER,
  writer_uuid     TEXT
);
CREATE UNIQUE INDEX journal_uq ON journal (persistence_id, sequence_number);

CREATE TABLE tags (
  ordering_id    INTEGER NOT NULL,
  tag            TEXT    NOT NULL,
  sequence_nr    INTEGER NOT NULL,
  persistence_id TEXT    NOT NULL,
  PRIMARY KEY (ordering_id, tag)
);

CREATE TABLE snapshot (
  persistence_id  TEXT    NOT NULL,
  sequence_number INTEGER NOT NULL,
  created         INTEGER NOT NULL,
  snapshot        BLOB,
  manifest        TEXT,
  serializer_id   INTEGER,
  PRIMARY KEY (persistence_id, sequence_number)
);

-- Facts about the store itself: shard count, cluster name.
CREATE TABLE metadata (
  key   TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- One row a process. Times are milliseconds since 1970, UTC; waiting_since, the place in the queue, is in ticks of 100 ns. The spec stands in the process's first journal row,
-- the result in the journal row that result_nr names, so neither is stored twice.
CREATE TABLE process (
  seq             INTEGER NOT NULL PRIMARY KEY,
  namespace       TEXT    NOT NULL,
  id              TEXT    NOT NULL,
  status          INTEGER NOT NULL,
  queue           TEXT    NOT NULL,
  lane            TEXT    NOT NULL,
  shard           INTEGER NOT NULL,
  priority        INTEGER NOT NULL,
  waiting_since   INTEGER,
  next_deadline   INTEGER,
  name            TEXT,
  func            TEXT    NOT NULL,
  runtime         TEXT,
  attempt         INTEGER NOT NULL DEFAULT 0,
  counted         INTEGER NOT NULL DEFAULT 0,
  executor        TEXT,
  demand          TEXT,
  lease_until     INTEGER,
  reason          TEXT,
  cause           TEXT,
  has_parents     INTEGER NOT NULL,
  not_before      INTEGER,
  concurrency     TEXT,
  labels          TEXT,
  attributes      TEXT,
  progress        REAL,
  progress_text   TEXT,
  checkpoint      TEXT,
  result_nr       INTEGER,
  webhook         INTEGER NOT NULL,
  webhook_at      INTEGER,
  damaged         TEXT,
  created_at      INTEGER NOT NULL,
  created_by      TEXT,
  started_at      INTEGER,
  finished_at     INTEGER,
  updated_at      INTEGER NOT NULL
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
  namespace TEXT    NOT NULL,
  key       TEXT    NOT NULL,
  value     TEXT    NOT NULL,
  seq       INTEGER NOT NULL,
  PRIMARY KEY (namespace, key, value, seq)
) WITHOUT ROWID;

-- A child waits for its parents.
CREATE TABLE process_link (
  namespace TEXT NOT NULL,
  child     TEXT NOT NULL,
  parent    TEXT NOT NULL,
  PRIMARY KEY (namespace, child, parent)
) WITHOUT ROWID;
CREATE INDEX process_link_parent ON process_link (namespace, parent, child);

-- How many processes are in which state; one set of rows for each writing node, summed when read.
CREATE TABLE process_count (
  node      TEXT    NOT NULL,
  namespace TEXT    NOT NULL,
  queue     TEXT    NOT NULL,
  status    INTEGER NOT NULL,
  n         INTEGER NOT NULL,
  PRIMARY KEY (namespace, queue, status, node)
) WITHOUT ROWID;

-- A place under a limit that an attempt holds.
CREATE TABLE slot (
  namespace TEXT    NOT NULL,
  queue     TEXT    NOT NULL,
  key       TEXT    NOT NULL,
  slot      INTEGER NOT NULL,
  process   TEXT    NOT NULL,
  attempt   INTEGER NOT NULL,
  PRIMARY KEY (namespace, queue, key, slot)
) WITHOUT ROWID;

CREATE TABLE log (
  namespace TEXT    NOT NULL,
  process   TEXT    NOT NULL,
  attempt   INTEGER NOT NULL,
  sequence  INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  stream    TEXT    NOT NULL,
  text      TEXT    NOT NULL,
  PRIMARY KEY (namespace, process, attempt, sequence)
) WITHOUT ROWID;

CREATE TABLE queue (
  namespace       TEXT    NOT NULL,
  name            TEXT    NOT NULL,
  max_running     INTEGER,
  rate_per_second REAL,
  paused          INTEGER NOT NULL DEFAULT 0,
  updated_at      INTEGER NOT NULL,
  PRIMARY KEY (namespace, name)
) WITHOUT ROWID;

CREATE TABLE executor (
  namespace     TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  capability    TEXT    NOT NULL,
  registered_at INTEGER NOT NULL,
  last_seen     INTEGER NOT NULL,
  PRIMARY KEY (namespace, id)
) WITHOUT ROWID;

CREATE TABLE file (
  file_id    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  namespace  TEXT    NOT NULL,
  process    TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  size       INTEGER NOT NULL,
  sha256     TEXT    NOT NULL,
  media_type TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  complete   INTEGER NOT NULL
);
CREATE UNIQUE INDEX file_name ON file (namespace, process, name) WHERE complete = 1;
CREATE INDEX file_process ON file (namespace, process);
CREATE INDEX file_pending ON file (created_at) WHERE complete = 0;

CREATE TABLE file_chunk (
  file_id INTEGER NOT NULL,
  n       INTEGER NOT NULL,
  bytes   BLOB    NOT NULL,
  PRIMARY KEY (file_id, n)
);
