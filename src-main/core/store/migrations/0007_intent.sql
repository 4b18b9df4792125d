-- What a queued run is started for: 'stop' only to end with its model; null: to train.
ALTER TABLE runs ADD COLUMN intent TEXT CHECK (intent IN ('stop'));
