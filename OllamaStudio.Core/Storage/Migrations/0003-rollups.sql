-- Spans as sums over steps of time, and the figures of each model call. None of it holds a word of anybody.

CREATE TABLE rollup (
  step_s INTEGER NOT NULL,
  start_ns INTEGER NOT NULL,
  operation TEXT NOT NULL,
  model TEXT NOT NULL,
  status TEXT NOT NULL,
  error_type TEXT NOT NULL,
  source TEXT NOT NULL,
  service TEXT NOT NULL,
  count INTEGER NOT NULL,
  tokens_in INTEGER,
  tokens_in_with_cache INTEGER,
  tokens_cached INTEGER,
  tokens_out INTEGER,
  cost REAL,
  context_count INTEGER NOT NULL,
  context_sum REAL NOT NULL,
  context_max REAL,
  tool_calls INTEGER NOT NULL,
  tool_successes INTEGER NOT NULL,
  duration BLOB,
  first_token BLOB,
  rate BLOB,
  PRIMARY KEY (step_s, start_ns, operation, model, status, error_type, source, service)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_call (
  trace_id BLOB NOT NULL,
  span_id BLOB NOT NULL,
  start_ns INTEGER NOT NULL,
  model TEXT NOT NULL,
  source TEXT NOT NULL,
  version TEXT,
  digest TEXT,
  context_window INTEGER,
  options TEXT NOT NULL,
  tokens_in INTEGER,
  tokens_cached INTEGER,
  tokens_out INTEGER,
  warm INTEGER,
  duration_ns INTEGER NOT NULL,
  first_token_ns INTEGER,
  queue_ns INTEGER,
  load_ns INTEGER,
  reading_ns INTEGER,
  writing_ns INTEGER,
  imported INTEGER NOT NULL,                 -- from a file: it may tell of another machine
  PRIMARY KEY (trace_id, span_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX model_call_by_model ON model_call (model, start_ns);
CREATE INDEX model_call_by_start ON model_call (start_ns);

-- What a trace told goes with it; the sums, which tell of nobody, stay.
CREATE TRIGGER model_call_delete AFTER DELETE ON trace BEGIN
  DELETE FROM model_call WHERE trace_id = old.trace;
END;

-- A mark outlives the calls that it stands between.
CREATE TABLE change_mark (
  start_ns INTEGER NOT NULL,
  model TEXT NOT NULL,
  what TEXT NOT NULL,
  before TEXT,
  after TEXT,
  PRIMARY KEY (start_ns, model, what)
) STRICT, WITHOUT ROWID;
