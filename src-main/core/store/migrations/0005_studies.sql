-- Several runs that answer one question together.
CREATE TABLE studies (
  key          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  name         TEXT NOT NULL,
  kind         TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  -- null: not cancelled.
  cancelled_at TEXT,
  dataset_id   TEXT NOT NULL,
  dataset_name TEXT NOT NULL,
  -- JSON: StudySpec of the contract, with all arms written out.
  spec         TEXT NOT NULL,
  -- JSON: PlannedArm[] of the contract.
  arms         TEXT NOT NULL,
  -- JSON: what needs no run, computed when it began: { majority, labelled }.
  facts        TEXT NOT NULL
) STRICT;

CREATE TABLE study_runs (
  study  INTEGER NOT NULL REFERENCES studies (key) ON DELETE CASCADE,
  -- Index into the study's arms.
  arm    INTEGER NOT NULL,
  -- Number of labels; 0: all of them.
  labels INTEGER NOT NULL,
  seed   INTEGER NOT NULL,
  run    INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  PRIMARY KEY (study, arm, labels, seed)
) STRICT, WITHOUT ROWID;
CREATE INDEX study_runs_by_run ON study_runs (run);
