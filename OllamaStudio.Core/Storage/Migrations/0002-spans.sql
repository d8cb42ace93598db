-- Spans of this studio and of other programs.
CREATE TABLE span (id INTEGER PRIMARY KEY) STRICT;
