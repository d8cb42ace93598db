-- Calls that were made again are few among many: a query that asks for them reads no others.
CREATE INDEX trace_lab ON trace (start_ns, trace) WHERE source = 'lab';

-- So are replies that were interrupted: their prompts are looked at when words are searched.
CREATE INDEX message_interrupted ON message (key) WHERE state = 'interrupted' AND trace_id IS NOT NULL;
