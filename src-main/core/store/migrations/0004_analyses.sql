-- Measurements before a run. JSON columns: AnalysisRecord of the contract.
CREATE TABLE analyses (
  key             INTEGER PRIMARY KEY,
  id              TEXT NOT NULL UNIQUE,
  type            TEXT NOT NULL,
  created_at      TEXT NOT NULL,
  seconds         REAL NOT NULL,
  -- Stays when the dataset goes.
  dataset_id      TEXT NOT NULL,
  dataset_name    TEXT NOT NULL,
  dataset_version INTEGER NOT NULL,
  base            TEXT NOT NULL,
  words           TEXT NOT NULL,
  spec            TEXT NOT NULL,
  params          TEXT NOT NULL,
  facts           TEXT NOT NULL,
  suggestions     TEXT NOT NULL,
  exhibits        TEXT NOT NULL
) STRICT;
