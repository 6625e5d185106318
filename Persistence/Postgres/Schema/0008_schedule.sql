-- When what is run, and how far it is. wake_at is when it acts next by itself: the slot of a run that waits to be submitted, else next_at.
CREATE TABLE schedule (
  namespace  text COLLATE "C" NOT NULL,
  id         text COLLATE "C" NOT NULL,
  shard      integer NOT NULL,
  spec       text COLLATE "C" NOT NULL,
  paused     integer NOT NULL,
  next_slot  bigint,
  next_at    bigint,
  wake_at    bigint,
  queue      text COLLATE "C" NOT NULL,
  last_slot  bigint,
  last_at    bigint,
  last_work  text COLLATE "C",
  fired      bigint NOT NULL,
  skipped    bigint NOT NULL,
  missed     bigint NOT NULL,
  rejected   bigint NOT NULL,
  reason     text COLLATE "C",
  created_at bigint NOT NULL,
  created_by text COLLATE "C",
  anchor     bigint NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (namespace, id)
);
CREATE INDEX schedule_due ON schedule (wake_at) WHERE wake_at IS NOT NULL;

-- Collects arguments, and runs work with some of them at a time. The arguments stand in the journal.
CREATE TABLE generator (
  namespace  text COLLATE "C" NOT NULL,
  id         text COLLATE "C" NOT NULL,
  shard      integer NOT NULL,
  spec       text COLLATE "C" NOT NULL,
  waiting    integer NOT NULL,
  first_at   bigint,
  pending    integer NOT NULL,
  next_at    bigint,
  wake_at    bigint,
  last_at    bigint,
  last_run   bigint NOT NULL,
  last_work  text COLLATE "C",
  packed     bigint NOT NULL,
  fired      bigint NOT NULL,
  rejected   bigint NOT NULL,
  reason     text COLLATE "C",
  created_at bigint NOT NULL,
  created_by text COLLATE "C",
  updated_at bigint NOT NULL,
  PRIMARY KEY (namespace, id)
);
CREATE INDEX generator_due ON generator (wake_at) WHERE wake_at IS NOT NULL;
