-- Conversations: trees of messages. Times are nanoseconds since 1970 UTC. Texts may hold escapes, see StoredText.
CREATE TABLE conversation (
  key           INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,        -- session.id of its spans
  title         TEXT NOT NULL,
  name          TEXT,                        -- what a person called it
  model         TEXT,
  created_ns    INTEGER NOT NULL,
  updated_ns    INTEGER NOT NULL,
  pinned        INTEGER NOT NULL DEFAULT 0,
  archived      INTEGER NOT NULL DEFAULT 0,
  deleted       INTEGER NOT NULL DEFAULT 0,  -- to be deleted for good once it cannot be undone any more
  tags          TEXT NOT NULL DEFAULT '[]',  -- a JSON array
  disabled_tools TEXT NOT NULL DEFAULT '[]', -- a JSON array
  parameters    TEXT,                        -- a JSON object
  system_prompt TEXT
) STRICT;

CREATE INDEX conversation_deleted ON conversation (id) WHERE deleted = 1;

CREATE TABLE message (
  key              INTEGER PRIMARY KEY,
  conversation_key INTEGER NOT NULL REFERENCES conversation (key) ON DELETE CASCADE,
  number           INTEGER NOT NULL,         -- in the order in which they came, from 0
  parent           INTEGER,                  -- the number of the message that it follows
  shown            INTEGER NOT NULL,         -- among its siblings
  id               TEXT NOT NULL,
  role             TEXT NOT NULL,
  state            TEXT NOT NULL,
  created_ns       INTEGER NOT NULL,
  model            TEXT,
  trace_id         BLOB,
  sampled          INTEGER NOT NULL,
  capture          TEXT NOT NULL,
  finish_reason    TEXT,
  error            TEXT,
  next_step        TEXT,
  stats            TEXT,                     -- a JSON object
  pace             TEXT,                     -- a JSON object
  thinking         TEXT NOT NULL,
  text             TEXT NOT NULL,
  UNIQUE (conversation_key, number)
) STRICT;

CREATE INDEX message_streaming ON message (key) WHERE state = 'streaming';

-- What has come of a reply that is being written; at its end it is in the message.
CREATE TABLE message_piece (
  message_key INTEGER NOT NULL REFERENCES message (key) ON DELETE CASCADE,
  thinking    INTEGER NOT NULL,
  start       INTEGER NOT NULL,              -- characters before it
  text        TEXT NOT NULL,
  PRIMARY KEY (message_key, thinking, start)
) STRICT, WITHOUT ROWID;

CREATE TABLE tool_call (
  key             INTEGER PRIMARY KEY,
  message_key     INTEGER NOT NULL REFERENCES message (key) ON DELETE CASCADE,
  place           INTEGER NOT NULL,
  id              TEXT NOT NULL,
  name            TEXT NOT NULL,
  source          TEXT NOT NULL,
  state           TEXT NOT NULL,
  duration_ns     INTEGER,
  dropped_images  INTEGER NOT NULL,
  round           INTEGER NOT NULL,
  text_offset     INTEGER NOT NULL,
  thinking_offset INTEGER NOT NULL,
  arguments       TEXT NOT NULL,
  result          TEXT NOT NULL,
  UNIQUE (message_key, place)
) STRICT;

-- The bytes are in the file images/<hash> of the data folder.
CREATE TABLE image (
  hash       TEXT PRIMARY KEY,               -- SHA-256
  media_type TEXT NOT NULL,
  size       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tool_image (
  id            TEXT PRIMARY KEY,            -- its address
  tool_call_key INTEGER NOT NULL REFERENCES tool_call (key) ON DELETE CASCADE,
  place         INTEGER NOT NULL,
  hash          TEXT NOT NULL REFERENCES image (hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX tool_image_call ON tool_image (tool_call_key);
CREATE INDEX tool_image_hash ON tool_image (hash);

CREATE TABLE draft (
  conversation_id TEXT PRIMARY KEY,          -- empty for a new chat
  written_ns      INTEGER NOT NULL,          -- by the clock of the browser
  text            TEXT NOT NULL
) STRICT, WITHOUT ROWID;
