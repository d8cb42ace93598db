-- What the person thinks of a reply, kept with it as it was said.
ALTER TABLE message ADD COLUMN thumb TEXT;     -- up, down; null for neither
ALTER TABLE message ADD COLUMN note TEXT;

-- What of that is to be sent to a destination, or was. The words are as the capture rule has them, redacted.
CREATE TABLE annotation (
  message_id  TEXT NOT NULL,
  destination TEXT NOT NULL,                   -- its id in the settings
  trace_id    BLOB NOT NULL,
  label       TEXT NOT NULL,
  score       REAL,
  explanation TEXT,
  changed_ns  INTEGER NOT NULL,                -- tells one change from the next
  state       TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'refused', 'kept')),
  reason      TEXT,                            -- why it waits, or was refused
  tries       INTEGER NOT NULL,
  due_ns      INTEGER NOT NULL,                -- not tried again before
  PRIMARY KEY (message_id, destination)
) STRICT, WITHOUT ROWID;

CREATE INDEX annotation_waiting ON annotation (due_ns) WHERE state = 'waiting';
CREATE INDEX annotation_trace ON annotation (trace_id);
