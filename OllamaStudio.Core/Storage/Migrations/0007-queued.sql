-- The message that waits for a conversation's reply to be complete; null for none.
ALTER TABLE conversation ADD COLUMN queued TEXT;
