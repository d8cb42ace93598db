-- Files that a person sent with a prompt, and those of drafts. Their bytes lie where the images of tools do: images/<hash>.
CREATE TABLE attachment (
  id          TEXT PRIMARY KEY,              -- its address
  message_key INTEGER NOT NULL REFERENCES message (key) ON DELETE CASCADE,
  place       INTEGER NOT NULL,
  name        TEXT NOT NULL,
  media_type  TEXT NOT NULL,
  hash        TEXT NOT NULL REFERENCES image (hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX attachment_message ON attachment (message_key);
CREATE INDEX attachment_hash ON attachment (hash);

CREATE TABLE draft_attachment (
  id              TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL,             -- empty for a new chat
  place           INTEGER NOT NULL,
  name            TEXT NOT NULL,
  media_type      TEXT NOT NULL,
  hash            TEXT NOT NULL REFERENCES image (hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX draft_attachment_conversation ON draft_attachment (conversation_id);
CREATE INDEX draft_attachment_hash ON draft_attachment (hash);
