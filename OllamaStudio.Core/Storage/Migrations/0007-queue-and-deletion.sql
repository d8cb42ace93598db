-- The message that waits for a conversation's reply to be complete; null for none.
ALTER TABLE conversation ADD COLUMN queued TEXT;

-- Traces of messages that were deleted: they are deleted too once that cannot be undone any more, at the next start at the latest.
CREATE TABLE trace_to_erase (
  trace_id        BLOB NOT NULL,
  conversation_id TEXT NOT NULL,
  PRIMARY KEY (trace_id, conversation_id)
) STRICT, WITHOUT ROWID;
