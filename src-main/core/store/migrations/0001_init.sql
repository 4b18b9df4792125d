-- One workspace. Never edit this file after a release: add the next number.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE datasets (
  key             INTEGER PRIMARY KEY,
  id              TEXT NOT NULL UNIQUE,
  name            TEXT NOT NULL,
  kind            TEXT NOT NULL CHECK (kind IN ('image', 'table')),
  -- importing: the import job writes its items; such rows are removed when the workspace opens.
  state           TEXT NOT NULL CHECK (state IN ('importing', 'ready')),
  version         INTEGER NOT NULL,
  items           INTEGER NOT NULL DEFAULT 0,
  created_at      TEXT NOT NULL,
  source          TEXT NOT NULL,
  storage         TEXT NOT NULL CHECK (storage IN ('reference', 'copy')),
  -- Relative to the workspace; null: items are files.
  pack            TEXT,
  -- JSON: [{ id, name, type, classes }]; `id` names the column's values in label_values.
  label_columns   TEXT NOT NULL DEFAULT '[]',
  -- JSON: FeatureColumn[] of the contract.
  feature_columns TEXT NOT NULL DEFAULT '[]',
  -- JSON: SplitPlan of the contract.
  split           TEXT NOT NULL
) STRICT;

-- What never changes about an item. Ids count from 1 within a dataset.
CREATE TABLE items (
  dataset        INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  id             INTEGER NOT NULL,
  name           TEXT NOT NULL,
  -- Relative paths lie in the workspace; null: packed.
  path           TEXT,
  row            INTEGER,
  hash           TEXT NOT NULL,
  width          INTEGER,
  height         INTEGER,
  channels       INTEGER,
  duplicate_of   INTEGER,
  thumb_offset   INTEGER,
  thumb_length   INTEGER,
  -- JSON of a table row's feature values.
  feature_values TEXT,
  PRIMARY KEY (dataset, id)
) STRICT, WITHOUT ROWID;

-- What can change about items, in columns: chunk c holds the values of items c * 4096 + 1 and on, float64 little endian.
-- `field` 0 is the split (0 train, 1 validation, 2 test), others are ids of label columns (class index or number; NaN: none).
CREATE TABLE item_values (
  key     INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  field   INTEGER NOT NULL,
  chunk   INTEGER NOT NULL,
  data    BLOB NOT NULL,
  UNIQUE (dataset, field, chunk)
) STRICT;

-- Every change of a dataset makes a version; the log leads back to any older one.
CREATE TABLE changes (
  key     INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  at      TEXT NOT NULL,
  change  TEXT NOT NULL,
  -- The version whose change this one repeats (redo) or takes back (undo); null: a change of its own.
  of      INTEGER,
  reverse INTEGER NOT NULL DEFAULT 0,
  -- JSON { before, after } of label_columns and split plan, where they changed.
  schema  TEXT,
  UNIQUE (dataset, version)
) STRICT;

CREATE TABLE change_values (
  change INTEGER NOT NULL REFERENCES changes (key) ON DELETE CASCADE,
  field  INTEGER NOT NULL,
  -- int32 ids, float64 values, little endian.
  ids    BLOB NOT NULL,
  before BLOB NOT NULL,
  after  BLOB NOT NULL
) STRICT;
CREATE INDEX change_values_by_change ON change_values (change);

-- Two stacks of versions: side 0 can be undone, side 1 can be redone.
CREATE TABLE undo_stack (
  dataset  INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  side     INTEGER NOT NULL,
  position INTEGER NOT NULL,
  version  INTEGER NOT NULL,
  PRIMARY KEY (dataset, side, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE problems (
  dataset INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  seq     INTEGER NOT NULL,
  path    TEXT NOT NULL,
  code    TEXT NOT NULL,
  message TEXT NOT NULL,
  level   TEXT NOT NULL,
  PRIMARY KEY (dataset, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  key               INTEGER PRIMARY KEY,
  id                TEXT NOT NULL UNIQUE,
  name              TEXT NOT NULL,
  status            TEXT NOT NULL,
  reason            TEXT,
  created_at        TEXT NOT NULL,
  started_at        TEXT,
  finished_at       TEXT,
  dataset_id        TEXT NOT NULL,
  dataset_name      TEXT NOT NULL,
  dataset_version   INTEGER NOT NULL,
  dataset_hash      TEXT NOT NULL,
  base              TEXT NOT NULL,
  strategy          TEXT NOT NULL,
  seed              INTEGER NOT NULL,
  epochs            INTEGER NOT NULL,
  epochs_done       INTEGER NOT NULL DEFAULT 0,
  progress          REAL NOT NULL DEFAULT 0,
  seconds           REAL NOT NULL DEFAULT 0,
  parameters_total  INTEGER NOT NULL,
  parameters_trainable INTEGER NOT NULL,
  parameters_frozen INTEGER NOT NULL,
  parameters_fresh  INTEGER NOT NULL,
  starred           INTEGER NOT NULL DEFAULT 0,
  tags              TEXT NOT NULL DEFAULT '[]',
  notes             TEXT NOT NULL DEFAULT '',
  colour            INTEGER NOT NULL,
  -- Place in the queue; null: not queued.
  queue             REAL
) STRICT;
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX runs_by_queue ON runs (queue) WHERE queue IS NOT NULL;

-- The large parts of a run, read one run at a time. JSON.
CREATE TABLE run_details (
  run           INTEGER PRIMARY KEY REFERENCES runs (key) ON DELETE CASCADE,
  spec          TEXT NOT NULL,
  plan          TEXT NOT NULL,
  heads         TEXT NOT NULL,
  environment   TEXT NOT NULL DEFAULT '{}',
  weight_change TEXT NOT NULL DEFAULT '[]',
  cache         TEXT,
  -- Starting weights: { path, sha256 }.
  weights       TEXT,
  -- SHA-256 of the trained model's weights once it is on disk.
  model_sha256  TEXT,
  -- Multiply-adds of the whole training, for time estimates.
  work          REAL
) STRICT;

CREATE TABLE metric_names (
  key  INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE run_metrics (
  run        INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  metric     INTEGER NOT NULL REFERENCES metric_names (key),
  last       REAL NOT NULL,
  best       REAL NOT NULL,
  best_epoch REAL NOT NULL,
  PRIMARY KEY (run, metric)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_metrics_by_best ON run_metrics (metric, best);

CREATE TABLE run_epochs (
  run     INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  epoch   INTEGER NOT NULL,
  seconds REAL NOT NULL,
  metrics TEXT NOT NULL,
  PRIMARY KEY (run, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
  key    INTEGER PRIMARY KEY,
  run    INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  name   TEXT NOT NULL,
  points INTEGER NOT NULL DEFAULT 0,
  UNIQUE (run, name)
) STRICT;

-- Up to 512 points a row: n float64 values, n float64 steps, n float32 epochs, n float32 seconds, little endian.
CREATE TABLE point_chunks (
  key       INTEGER PRIMARY KEY,
  series    INTEGER NOT NULL REFERENCES series (key) ON DELETE CASCADE,
  first     INTEGER NOT NULL,
  count     INTEGER NOT NULL,
  last_step REAL NOT NULL,
  data      BLOB NOT NULL,
  UNIQUE (series, first)
) STRICT;

CREATE TABLE run_log (
  run   INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  seq   INTEGER NOT NULL,
  at    TEXT NOT NULL,
  level TEXT NOT NULL,
  text  TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE predictions (
  run        INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  split      TEXT NOT NULL,
  head       TEXT NOT NULL,
  item       INTEGER NOT NULL,
  name       TEXT NOT NULL,
  expected   ANY,
  predicted  ANY NOT NULL,
  confidence REAL,
  loss       REAL NOT NULL,
  PRIMARY KEY (run, split, head, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  run   INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  step  INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  path  TEXT NOT NULL,
  at    TEXT NOT NULL,
  PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE exports (
  id         TEXT PRIMARY KEY,
  run        INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  format     TEXT NOT NULL,
  -- Relative paths lie in the workspace.
  folder     TEXT NOT NULL,
  files      TEXT NOT NULL,
  created_at TEXT NOT NULL,
  proof      TEXT NOT NULL
) STRICT;
