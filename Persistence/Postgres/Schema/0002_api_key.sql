-- Who may call the gateway. A secret is random and long, so its SHA-256 is all that is kept of it. A row stays when its key is revoked.
CREATE TABLE api_key (
  id         text COLLATE "C" NOT NULL PRIMARY KEY,
  hash       bytea NOT NULL,
  name       text COLLATE "C" NOT NULL,
  role       text COLLATE "C" NOT NULL,
  namespace  text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  revoked_at bigint,
  last_used  bigint
);
