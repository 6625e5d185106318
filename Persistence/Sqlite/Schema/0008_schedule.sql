-- When what is run, and how far it is. wake_at is when it acts next by itself: the slot of a run that waits to be submitted, else next_at.
CREATE TABLE schedule (
  namespace  TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  shard      INTEGER NOT NULL,
  spec       TEXT    NOT NULL,
  paused     INTEGER NOT NULL,
  next_slot  INTEGER,
  next_at    INTEGER,
  wake_at    INTEGER,
  queue      TEXT    NOT NULL,
  last_slot  INTEGER,
  last_at    INTEGER,
  last_work  TEXT,
  fired      INTEGER NOT NULL,
  skipped    INTEGER NOT NULL,
  missed     INTEGER NOT NULL,
  rejected   INTEGER NOT NULL,
  reason     TEXT,
  created_at INTEGER NOT NULL,
  created_by TEXT,
  anchor     INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (namespace, id)
) WITHOUT ROWID;
CREATE INDEX schedule_due ON schedule (wake_at) WHERE wake_at IS NOT NULL;

-- Collects arguments, and runs work with some of them at a time. The arguments stand in the journal.
CREATE TABLE generator (
  namespace  TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  shard      INTEGER NOT NULL,
  spec       TEXT    NOT NULL,
  waiting    INTEGER NOT NULL,
  first_at   INTEGER,
  pending    INTEGER NOT NULL,
  next_at    INTEGER,
  wake_at    INTEGER,
  last_at    INTEGER,
  last_run   INTEGER NOT NULL,
  last_work  TEXT,
  packed     INTEGER NOT NULL,
  fired      INTEGER NOT NULL,
  rejected   INTEGER NOT NULL,
  reason     TEXT,
  created_at INTEGER NOT NULL,
  created_by TEXT,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (namespace, id)
) WITHOUT ROWID;
CREATE INDEX generator_due ON generator (wake_at) WHERE wake_at IS NOT NULL;
