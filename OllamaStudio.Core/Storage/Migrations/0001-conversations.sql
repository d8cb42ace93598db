-- Conversations: trees of messages.
CREATE TABLE conversation (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
