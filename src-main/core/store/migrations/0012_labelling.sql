-- The base whose features a dataset was labelled with last.
CREATE TABLE label_bases (
  dataset INTEGER PRIMARY KEY REFERENCES datasets (key) ON DELETE CASCADE,
  -- JSON: BaseRef of the contract.
  base    TEXT NOT NULL
) STRICT;

-- Items drawn at random for the running estimate of accuracy. `field` is the id of the label column.
CREATE TABLE label_draws (
  dataset   INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  field     INTEGER NOT NULL,
  item      INTEGER NOT NULL,
  -- Index of the class that was suggested when the item got its label; null: it has none yet.
  suggested INTEGER,
  PRIMARY KEY (dataset, field, item)
) STRICT, WITHOUT ROWID;

-- What a person said of a label: that it is right as it is, or to be looked at again.
CREATE TABLE label_marks (
  dataset INTEGER NOT NULL REFERENCES datasets (key) ON DELETE CASCADE,
  field   INTEGER NOT NULL,
  item    INTEGER NOT NULL,
  mark    TEXT NOT NULL CHECK (mark IN ('kept', 'unsure')),
  -- The label that it is about; null: none. Another label takes the mark away.
  value   REAL,
  PRIMARY KEY (dataset, field, item)
) STRICT, WITHOUT ROWID;
