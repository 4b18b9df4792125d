-- Plans have up to a megabyte and never change once they are made; runs that differ in their seed have one. Then run_details.plan is ''.
CREATE TABLE plans (
  key  INTEGER PRIMARY KEY,
  -- SHA-256 of the text.
  hash TEXT NOT NULL UNIQUE,
  plan TEXT NOT NULL
) STRICT;

ALTER TABLE run_details ADD COLUMN plan_key INTEGER REFERENCES plans (key);
CREATE INDEX run_details_by_plan ON run_details (plan_key) WHERE plan_key IS NOT NULL;

-- The last run of a plan takes it along.
CREATE TRIGGER run_details_forget_plan AFTER DELETE ON run_details WHEN OLD.plan_key IS NOT NULL
BEGIN
  DELETE FROM plans
  WHERE key = OLD.plan_key AND NOT EXISTS (SELECT 1 FROM run_details WHERE plan_key = OLD.plan_key);
END;
