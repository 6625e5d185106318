-- Desired sets of workers. The version rises with every event of a deployment, so whoever keeps a row knows by it whether it is still true.
CREATE TABLE deployment (
  namespace  text COLLATE "C" NOT NULL,
  id         text COLLATE "C" NOT NULL,
  spec       text COLLATE "C" NOT NULL,
  enabled    integer NOT NULL,
  revision   bigint NOT NULL,
  latest     bigint NOT NULL,
  version    bigint NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  updated_by text COLLATE "C",
  PRIMARY KEY (namespace, id)
);

-- What ran in each revision; written once.
CREATE TABLE deployment_revision (
  namespace  text COLLATE "C" NOT NULL,
  deployment text COLLATE "C" NOT NULL,
  revision   bigint NOT NULL,
  template   text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  created_by text COLLATE "C",
  PRIMARY KEY (namespace, deployment, revision)
);

-- What runs, as the reconciler saw it last.
CREATE TABLE deployment_instance (
  namespace  text COLLATE "C" NOT NULL,
  deployment text COLLATE "C" NOT NULL,
  id         text COLLATE "C" NOT NULL,
  body       text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (namespace, deployment, id)
);

-- What the reconciler decided, and why.
CREATE TABLE deployment_decision (
  seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace  text COLLATE "C" NOT NULL,
  deployment text COLLATE "C" NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  instance   text COLLATE "C",
  node       text COLLATE "C",
  revision   bigint NOT NULL,
  reason     text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL
);
CREATE INDEX deployment_decision_list ON deployment_decision (namespace, deployment, seq);
