-- Alerts that there are and were. None of it holds a word of anybody; the number of rows is bounded by who writes them.
CREATE TABLE alert (
  id INTEGER PRIMARY KEY,
  rule TEXT NOT NULL,
  source TEXT NOT NULL,
  started_ns INTEGER NOT NULL,
  ended_ns INTEGER,                          -- null while it lasts
  value REAL NOT NULL,
  worst REAL NOT NULL,
  threshold REAL NOT NULL,
  window_min INTEGER NOT NULL
) STRICT;
