-- Who may call the gateway. A secret is random and long, so its SHA-256 is all that is kept of it. A row stays when its key is revoked.
CREATE TABLE api_key (
  id         TEXT    NOT NULL PRIMARY KEY,
  hash       BLOB    NOT NULL,
  name       TEXT    NOT NULL,
  role       TEXT    NOT NULL,
  namespace  TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  last_used  INTEGER
) WITHOUT ROWID;
