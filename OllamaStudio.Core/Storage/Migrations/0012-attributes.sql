-- What the attributes of stored spans are, in short, for each 256 traces in the order of their ids: who asks for an attribute need not look at
-- those that have nothing of it (OllamaStudio.Core/Storage/Spans/AttributeBlocks.cs). Made in the background once the block is full, so that
-- a write pays nothing for it but a look for a block that is not there; what an earlier version wrote is made in the same way.
CREATE TABLE attribute_block (
    id INTEGER PRIMARY KEY, -- of a trace, shifted by 8 bits
    state INTEGER NOT NULL -- 0 being made, 1 made, 2 has too many names: is always looked at
) STRICT;

CREATE TABLE attribute_summary (
    block INTEGER NOT NULL REFERENCES attribute_block (id) ON DELETE CASCADE,
    name TEXT NOT NULL, -- in capitals: case does not count
    distinct_values TEXT, -- all of them, as attributes are written; null for many, of which the others tell
    low REAL, -- of the numbers; null for none
    high REAL,
    trigrams BLOB, -- of the texts; null for none
    PRIMARY KEY (block, name)
) STRICT, WITHOUT ROWID;

-- A block that is there tells of each span and of no other: one that comes late, or goes, takes it along. It is made anew then, and holds
-- nothing that was deleted.
CREATE TRIGGER attribute_block_insert AFTER INSERT ON span BEGIN
    DELETE FROM attribute_block WHERE id = new.trace >> 8;
END;

CREATE TRIGGER attribute_block_delete AFTER DELETE ON span BEGIN
    DELETE FROM attribute_block WHERE id = old.trace >> 8;
END;

CREATE TRIGGER attribute_block_update AFTER UPDATE OF attributes ON span_detail BEGIN
    DELETE FROM attribute_block WHERE id = (SELECT trace >> 8 FROM span WHERE id = new.id);
END;
