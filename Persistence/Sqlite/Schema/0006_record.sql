-- What is kept under a name and is no process: members of a dialect, definitions, the places of files. Each kind has its own keys.
CREATE TABLE record (
  seq        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  kind       TEXT    NOT NULL,
  namespace  TEXT    NOT NULL,
  key        TEXT    NOT NULL,
  tag        TEXT,
  body       TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  write_id   TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX record_key ON record (kind, namespace, key);
CREATE INDEX record_list ON record (kind, namespace, seq);
CREATE INDEX record_tag ON record (kind, namespace, tag, seq) WHERE tag IS NOT NULL;
