-- The state comes first: until the table has statistics, an index that begins with the namespace looked as good for finding one
-- process by its id as the index of the ids, and every update read all processes of the namespace.
CREATE INDEX process_listed ON process (status, namespace, seq);
DROP INDEX process_list;
