-- Who wrote lines that are messages of their own; null for the output of commands. The sequence of such lines is their time, in nanoseconds since 1970.
ALTER TABLE log ADD COLUMN executor TEXT;
-- What one executor wrote, of whichever process; what all wrote; and what belongs to no process (its process is ''), which only its age removes.
CREATE INDEX log_executor ON log (namespace, executor, sequence) WHERE executor IS NOT NULL;
CREATE INDEX log_message ON log (namespace, sequence) WHERE executor IS NOT NULL;
CREATE INDEX log_alone ON log (at) WHERE process = '';
