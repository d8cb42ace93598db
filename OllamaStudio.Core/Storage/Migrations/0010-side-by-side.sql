-- The models whose replies to one prompt stand side by side until the person keeps one, a JSON object; null for none.
ALTER TABLE conversation ADD COLUMN side_by_side TEXT;
