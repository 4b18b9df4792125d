-- Of a head of tags: the probability of each as JSON; `expected` and `predicted` are then lists of tags as JSON. null: of any other head.
ALTER TABLE predictions ADD COLUMN scores TEXT;
