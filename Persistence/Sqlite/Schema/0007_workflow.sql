-- Which workflow a process is a node of. The name of the node is the name of the process, the edges are its links.
ALTER TABLE process ADD COLUMN workflow TEXT;
CREATE INDEX process_workflow ON process (namespace, workflow, status, seq) WHERE workflow IS NOT NULL;
-- What of them is not final: of a workflow that is over, nothing should be.
CREATE INDEX process_node ON process (namespace, workflow) WHERE workflow IS NOT NULL AND status < 4;

-- One row a workflow. The spec stands in its first journal row, the states of its processes with them.
CREATE TABLE workflow (
  seq         INTEGER NOT NULL PRIMARY KEY,
  namespace   TEXT    NOT NULL,
  id          TEXT    NOT NULL,
  status      INTEGER NOT NULL,
  name        TEXT,
  on_failure  INTEGER NOT NULL,
  nodes       INTEGER NOT NULL,
  -- Whether all its processes exist, and whether what is left of them is to be cancelled.
  made        INTEGER NOT NULL,
  stopping    INTEGER NOT NULL,
  reason      TEXT,
  labels      TEXT,
  created_at  INTEGER NOT NULL,
  created_by  TEXT,
  started_at  INTEGER,
  -- When the last of its processes became final.
  finished_at INTEGER,
  updated_at  INTEGER NOT NULL
);
CREATE UNIQUE INDEX workflow_id ON workflow (namespace, id);
CREATE INDEX workflow_listed ON workflow (status, namespace, seq);
CREATE INDEX workflow_open ON workflow (seq) WHERE finished_at IS NULL;
