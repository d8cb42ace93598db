-- Calls that were made again are few among many: a query that asks for them reads no others.
CREATE INDEX trace_lab ON trace (start_ns, trace) WHERE source = 'lab';
