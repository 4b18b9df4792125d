-- What is asked for by run: its exports, and its predictions with the largest loss first.
CREATE INDEX exports_by_run ON exports (run);
CREATE INDEX predictions_by_loss ON predictions (run, split, head, loss DESC, item);
