-- Which workflow a process is a node of. The name of the node is the name of the process, the edges are its links.
ALTER TABLE process ADD COLUMN workflow text COLLATE "C";
CREATE INDEX process_workflow ON process (namespace, workflow, status, seq) WHERE workflow IS NOT NULL;
-- What of them is not final: of a workflow that is over, nothing should be.
CREATE INDEX process_node ON process (namespace, workflow) WHERE workflow IS NOT NULL AND status < 4;

-- One row a workflow. The spec stands in its first journal row, the states of its processes with them.
CREATE TABLE workflow (
  seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace   text COLLATE "C" NOT NULL,
  id          text COLLATE "C" NOT NULL,
  status      integer NOT NULL,
  name        text COLLATE "C",
  on_failure  integer NOT NULL,
  nodes       integer NOT NULL,
  -- Whether all its processes exist, and whether what is left of them is to be cancelled.
  made        integer NOT NULL,
  stopping    integer NOT NULL,
  reason      text COLLATE "C",
  labels      text COLLATE "C",
  created_at  bigint NOT NULL,
  created_by  text COLLATE "C",
  started_at  bigint,
  -- When the last of its processes became final.
  finished_at bigint,
  updated_at  bigint NOT NULL
);
CREATE UNIQUE INDEX workflow_id ON workflow (namespace, id);
CREATE INDEX workflow_listed ON workflow (status, namespace, seq);
CREATE INDEX workflow_open ON workflow (seq) WHERE finished_at IS NULL;
