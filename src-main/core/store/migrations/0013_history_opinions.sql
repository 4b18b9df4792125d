-- A name that a user gave to a version of a dataset.
CREATE TABLE version_names (
  dataset INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  name    TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (dataset, version),
  UNIQUE (dataset, name)
) STRICT, WITHOUT ROWID;

-- A second labeller's pass over drawn items. It never touches labels or versions of the dataset.
CREATE TABLE opinions (
  key         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  dataset     INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  name        TEXT NOT NULL,
  -- Id of the label column, and its name at the draw.
  field       INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  -- The dataset's version at the draw.
  version     INTEGER NOT NULL,
  -- Labelled items that it was drawn from.
  pool        INTEGER NOT NULL,
  seed        INTEGER NOT NULL,
  created_at  TEXT NOT NULL,
  finished_at TEXT
) STRICT;
CREATE INDEX opinions_by_dataset ON opinions (dataset);

CREATE TABLE opinion_items (
  opinion  INTEGER NOT NULL REFERENCES opinions (key) ON DELETE CASCADE,
  -- Order of the draw.
  place    INTEGER NOT NULL,
  item     INTEGER NOT NULL,
  -- Class index at the draw.
  first    INTEGER NOT NULL,
  -- Class index of the second labeller and the dataset's version then; null: not answered.
  second   INTEGER,
  version  INTEGER,
  -- What was made of a disagreement: kept, taken, unsure; null: nothing yet.
  decision TEXT CHECK (decision IN ('kept', 'taken', 'unsure')),
  PRIMARY KEY (opinion, place),
  UNIQUE (opinion, item)
) STRICT, WITHOUT ROWID;
