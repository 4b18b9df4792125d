-- Speed of an epoch's training, the share of it spent waiting for data, and whether its steps ran compiled.
ALTER TABLE run_epochs ADD COLUMN samples_per_second REAL;
ALTER TABLE run_epochs ADD COLUMN wait_share REAL;
ALTER TABLE run_epochs ADD COLUMN engine TEXT;
