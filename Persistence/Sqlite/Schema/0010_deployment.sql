-- Desired sets of workers. The version rises with every event of a deployment, so whoever keeps a row knows by it whether it is still true.
CREATE TABLE deployment (
  namespace  TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  spec       TEXT    NOT NULL,
  enabled    INTEGER NOT NULL,
  revision   INTEGER NOT NULL,
  latest     INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT,
  PRIMARY KEY (namespace, id)
) WITHOUT ROWID;

-- What ran in each revision; written once.
CREATE TABLE deployment_revision (
  namespace  TEXT    NOT NULL,
  deployment TEXT    NOT NULL,
  revision   INTEGER NOT NULL,
  template   TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT,
  PRIMARY KEY (namespace, deployment, revision)
) WITHOUT ROWID;

-- What runs, as the reconciler saw it last.
CREATE TABLE deployment_instance (
  namespace  TEXT    NOT NULL,
  deployment TEXT    NOT NULL,
  id         TEXT    NOT NULL,
  body       TEXT    NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (namespace, deployment, id)
) WITHOUT ROWID;

-- What the reconciler decided, and why.
CREATE TABLE deployment_decision (
  seq        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  namespace  TEXT    NOT NULL,
  deployment TEXT    NOT NULL,
  kind       TEXT    NOT NULL,
  instance   TEXT,
  node       TEXT,
  revision   INTEGER NOT NULL,
  reason     TEXT    NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX deployment_decision_list ON deployment_decision (namespace, deployment, seq);
