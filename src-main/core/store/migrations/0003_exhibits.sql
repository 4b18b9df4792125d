-- What a run shows beside its curves; the newest of each id. JSON: Exhibit of the contract.
CREATE TABLE exhibits (
  run      INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
  id       TEXT NOT NULL,
  -- Order of first arrival.
  position INTEGER NOT NULL,
  json     TEXT NOT NULL,
  PRIMARY KEY (run, id)
) STRICT;
