-- Copies of a conversation share its traces: whoever deletes one looks whether another reply refers to it.
CREATE INDEX message_trace ON message (trace_id) WHERE trace_id IS NOT NULL;

-- Few messages have a thumb: traces are found by it.
CREATE INDEX message_thumb ON message (key) WHERE thumb IS NOT NULL;

-- What a call's conversation sets for itself, and so tells nothing of the person's setup: 1 its context, 2 an option that matters.
ALTER TABLE model_call ADD COLUMN own INTEGER NOT NULL DEFAULT 0;
