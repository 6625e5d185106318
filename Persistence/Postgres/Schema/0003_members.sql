-- The core nodes that write this store. Who is down writes no more: every batch locks its writer's row in its own transaction.
CREATE TABLE member (
  -- Address and incarnation in the cluster: a node that was started again is another one.
  node       text COLLATE "C" NOT NULL PRIMARY KEY,
  -- HOST:PORT of its inside.
  address    text COLLATE "C" NOT NULL,
  -- 1 starting, 2 up, 3 down.
  status     integer NOT NULL,
  -- Rises with every cluster that is founded on this store.
  epoch      bigint NOT NULL,
  -- Which counters it adds to; taken over from one that is down.
  place      integer NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX member_place ON member (place) WHERE status < 3;

-- Who decides when the members of a cluster do not all reach each other.
CREATE TABLE lease (
  name  text COLLATE "C" NOT NULL PRIMARY KEY,
  owner text COLLATE "C" NOT NULL,
  until timestamptz NOT NULL
);

-- Followers of all transitions read the rows of ended transactions in the order of these.
CREATE INDEX journal_tx ON journal (tx, ordering);
