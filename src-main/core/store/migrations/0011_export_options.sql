-- Values of the format's fields as JSON; {}: of exports that were made before there were any.
ALTER TABLE exports ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
-- What the user says that the model is for; null: nothing.
ALTER TABLE exports ADD COLUMN intended_use TEXT;
