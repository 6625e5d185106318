-- What made a process fail for good; the numbers are those of FailureKind.
ALTER TABLE process ADD COLUMN failure integer;
