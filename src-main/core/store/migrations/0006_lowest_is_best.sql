-- Losses and errors of single strategies counted as better when large: their best stood where the worst was.
UPDATE run_metrics
SET (best, best_epoch) = (
  SELECT figure.value, epochs.epoch
  FROM run_epochs epochs, json_each(epochs.metrics) figure
  WHERE epochs.run = run_metrics.run
    AND figure.key = (SELECT name FROM metric_names WHERE metric_names.key = run_metrics.metric)
    AND figure.type IN ('real', 'integer')
  ORDER BY figure.value, epochs.epoch LIMIT 1
)
WHERE metric IN (
    SELECT key FROM metric_names
    WHERE name GLOB '*[a-z0-9]Loss' OR name GLOB '*[a-z0-9]Error' OR name GLOB '*.penalty'
  )
  AND EXISTS (
    SELECT 1 FROM run_epochs epochs, json_each(epochs.metrics) figure
    WHERE epochs.run = run_metrics.run
      AND figure.key = (SELECT name FROM metric_names WHERE metric_names.key = run_metrics.metric)
      AND figure.type IN ('real', 'integer')
  );
