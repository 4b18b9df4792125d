-- Value of a metric at the epoch whose weights were saved; null: the last ones were.
ALTER TABLE run_metrics ADD COLUMN kept REAL;
