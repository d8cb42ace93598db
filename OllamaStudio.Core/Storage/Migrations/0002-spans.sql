-- Spans, and a row for each trace that lists read. Times are nanoseconds since 1970, UTC.

-- What made spans: each once, as JSON. None of its spans began after last_ns, so that it goes with the traces of that time.
CREATE TABLE resource (
    id INTEGER PRIMARY KEY,
    attributes TEXT NOT NULL UNIQUE,
    last_ns INTEGER NOT NULL
) STRICT;

CREATE INDEX resource_last ON resource (last_ns);

-- All that a list says of a trace, put together from every batch of its spans (OllamaStudio.Core/Insights/TraceSummary.cs).
CREATE TABLE trace (
    id INTEGER PRIMARY KEY,
    trace BLOB NOT NULL UNIQUE,
    start_ns INTEGER NOT NULL,
    last_ns INTEGER NOT NULL,
    duration_ns INTEGER NOT NULL GENERATED ALWAYS AS (last_ns - start_ns) VIRTUAL,
    root_span BLOB NOT NULL,
    root_has_parent INTEGER NOT NULL,
    root_start_ns INTEGER NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    root_status TEXT NOT NULL CHECK (root_status IN ('unset', 'ok', 'error')),
    root_words TEXT,
    stopped INTEGER NOT NULL,
    sampled TEXT NOT NULL CHECK (sampled IN ('true', 'false', 'pending')),
    service TEXT,
    source TEXT,
    span_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    span_sum INTEGER NOT NULL,
    status TEXT NOT NULL GENERATED ALWAYS AS (CASE WHEN root_status = 'unset' AND error_count > 0 THEN 'error' ELSE root_status END) VIRTUAL,
    model TEXT,
    model_ns INTEGER,
    session TEXT,
    session_ns INTEGER,
    error_words TEXT,
    error_ns INTEGER,
    error TEXT GENERATED ALWAYS AS (CASE WHEN root_status = 'error' OR (root_status = 'unset' AND error_count > 0) THEN coalesce(root_words, error_words) END) VIRTUAL,
    root_tokens_in INTEGER,
    root_tokens_out INTEGER,
    call_tokens_in INTEGER,
    call_tokens_out INTEGER,
    tokens_in INTEGER GENERATED ALWAYS AS (CASE WHEN coalesce(root_tokens_in, root_tokens_out) IS NULL THEN call_tokens_in ELSE root_tokens_in END) VIRTUAL,
    tokens_out INTEGER GENERATED ALWAYS AS (CASE WHEN coalesce(root_tokens_in, root_tokens_out) IS NULL THEN call_tokens_out ELSE root_tokens_out END) VIRTUAL,
    tokens_cached INTEGER,
    written_tokens INTEGER NOT NULL,
    writing_ns INTEGER NOT NULL,
    rate REAL GENERATED ALWAYS AS (CASE WHEN written_tokens >= 10 AND writing_ns > 0 THEN written_tokens * 1e7 / (writing_ns / 100) END) VIRTUAL,
    queue_ns INTEGER,
    load_ns INTEGER,
    reading_ns INTEGER,
    thinking_ns INTEGER,
    writing_total_ns INTEGER,
    tools_ns INTEGER,
    person_ns INTEGER,
    tools TEXT, -- names as JSON; null for none
    bytes INTEGER NOT NULL -- about what its spans take in this file
) STRICT;

CREATE INDEX trace_start ON trace (start_ns, trace);
CREATE INDEX trace_model ON trace (model, start_ns);
CREATE INDEX trace_status ON trace (status, start_ns);
CREATE INDEX trace_service ON trace (service, start_ns);
CREATE INDEX trace_session ON trace (session, start_ns) WHERE session IS NOT NULL;
CREATE INDEX trace_duration ON trace (duration_ns, start_ns);
CREATE INDEX trace_failed ON trace (start_ns) WHERE error_count > 0;
CREATE INDEX trace_with_tools ON trace (start_ns) WHERE tools IS NOT NULL;
CREATE INDEX trace_person ON trace (start_ns) WHERE person_ns > 0;

-- What there is of them, so that nobody counts; and the start of the newest trace that was deleted for a bound: none of before is taken in again.
CREATE TABLE trace_total (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    traces INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    trimmed_ns INTEGER
) STRICT;

INSERT INTO trace_total (id, traces, bytes) VALUES (1, 0, 0);

CREATE TRIGGER trace_total_insert AFTER INSERT ON trace BEGIN
    UPDATE trace_total SET traces = traces + 1, bytes = bytes + new.bytes;
END;

CREATE TRIGGER trace_total_delete AFTER DELETE ON trace BEGIN
    UPDATE trace_total SET traces = traces - 1, bytes = bytes - old.bytes;
END;

CREATE TRIGGER trace_total_update AFTER UPDATE OF bytes ON trace BEGIN
    UPDATE trace_total SET bytes = bytes + new.bytes - old.bytes;
END;

-- The traces of each tool in the order of lists, which are read from here page by page.
CREATE TABLE trace_tool (
    tool TEXT NOT NULL COLLATE NOCASE,
    start_ns INTEGER NOT NULL,
    trace BLOB NOT NULL,
    id INTEGER NOT NULL REFERENCES trace (id) ON DELETE CASCADE,
    PRIMARY KEY (tool, start_ns, trace)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX trace_tool_trace ON trace_tool (id, tool);

CREATE TRIGGER trace_tool_start AFTER UPDATE OF start_ns ON trace WHEN old.start_ns <> new.start_ns AND new.tools IS NOT NULL BEGIN
    UPDATE trace_tool SET start_ns = new.start_ns WHERE id = new.id;
END;

-- Any three characters in a row, so that part of a word is found, and Chinese and Japanese, too. What is deleted leaves no trace in it.
CREATE VIRTUAL TABLE trace_text USING fts5 (title, name, model, session, error, content = 'trace', content_rowid = 'id', tokenize = 'trigram');
INSERT INTO trace_text (trace_text, rank) VALUES ('secure-delete', 1);

CREATE TRIGGER trace_text_insert AFTER INSERT ON trace BEGIN
    INSERT INTO trace_text (rowid, title, name, model, session, error) VALUES (new.id, new.title, new.name, new.model, new.session, new.error);
END;

CREATE TRIGGER trace_text_delete AFTER DELETE ON trace BEGIN
    INSERT INTO trace_text (trace_text, rowid, title, name, model, session, error) VALUES ('delete', old.id, old.title, old.name, old.model, old.session, old.error);
END;

CREATE TRIGGER trace_text_update AFTER UPDATE ON trace
WHEN old.title IS NOT new.title OR old.name IS NOT new.name OR old.model IS NOT new.model OR old.session IS NOT new.session OR old.error IS NOT new.error BEGIN
    INSERT INTO trace_text (trace_text, rowid, title, name, model, session, error) VALUES ('delete', old.id, old.title, old.name, old.model, old.session, old.error);
    INSERT INTO trace_text (rowid, title, name, model, session, error) VALUES (new.id, new.title, new.name, new.model, new.session, new.error);
END;

CREATE TABLE span (
    id INTEGER PRIMARY KEY,
    trace INTEGER NOT NULL REFERENCES trace (id) ON DELETE CASCADE,
    span BLOB NOT NULL,
    parent BLOB,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    start_ns INTEGER NOT NULL,
    duration_ns INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('unset', 'ok', 'error')),
    model TEXT,
    operation TEXT,
    session TEXT,
    service TEXT,
    sampled TEXT NOT NULL CHECK (sampled IN ('true', 'false', 'pending')),
    exported INTEGER NOT NULL DEFAULT 0,
    UNIQUE (trace, span)
) STRICT;

CREATE INDEX span_session ON span (session) WHERE session IS NOT NULL;

-- What only the page of a trace reads, as JSON (OllamaStudio.Core/Storage/Spans/AttributeJson.cs).
CREATE TABLE span_detail (
    id INTEGER PRIMARY KEY REFERENCES span (id) ON DELETE CASCADE,
    resource INTEGER, -- of the table resource
    status_words TEXT,
    scope TEXT,
    scope_version TEXT,
    attributes TEXT,
    events TEXT,
    dropped_events INTEGER NOT NULL,
    links TEXT
) STRICT;

-- Queries that a person gave a name.
CREATE TABLE saved_query (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    query TEXT NOT NULL
) STRICT, WITHOUT ROWID;
