-- Where words and substrings of conversations occur, without a second copy of the texts. Phrases are looked for among the messages that have
-- all of their words, which halves the index. Texts are whole when they are written: those of a reply that is being written are in its pieces.
CREATE VIRTUAL TABLE message_words USING fts5(thinking, text, content = 'message', content_rowid = 'key', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', detail = none, columnsize = 0);
CREATE VIRTUAL TABLE message_grams USING fts5(thinking, text, content = 'message', content_rowid = 'key', tokenize = 'trigram remove_diacritics 1', detail = none, columnsize = 0);
CREATE VIRTUAL TABLE call_words USING fts5(name, arguments, result, content = 'tool_call', content_rowid = 'key', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', detail = none, columnsize = 0);
CREATE VIRTUAL TABLE call_grams USING fts5(name, arguments, result, content = 'tool_call', content_rowid = 'key', tokenize = 'trigram remove_diacritics 1', detail = none, columnsize = 0);

-- What is deleted is gone from the index too, at once.
INSERT INTO message_words (message_words, rank) VALUES ('secure-delete', 1);
INSERT INTO message_grams (message_grams, rank) VALUES ('secure-delete', 1);
INSERT INTO call_words (call_words, rank) VALUES ('secure-delete', 1);
INSERT INTO call_grams (call_grams, rank) VALUES ('secure-delete', 1);

INSERT INTO message_words (message_words) VALUES ('rebuild');
INSERT INTO message_grams (message_grams) VALUES ('rebuild');
INSERT INTO call_words (call_words) VALUES ('rebuild');
INSERT INTO call_grams (call_grams) VALUES ('rebuild');

CREATE TRIGGER message_search_insert AFTER INSERT ON message BEGIN
  INSERT INTO message_words (rowid, thinking, text) VALUES (new.key, new.thinking, new.text);
  INSERT INTO message_grams (rowid, thinking, text) VALUES (new.key, new.thinking, new.text);
END;

CREATE TRIGGER message_search_update AFTER UPDATE OF thinking, text ON message WHEN old.thinking <> new.thinking OR old.text <> new.text BEGIN
  INSERT INTO message_words (message_words, rowid, thinking, text) VALUES ('delete', old.key, old.thinking, old.text);
  INSERT INTO message_grams (message_grams, rowid, thinking, text) VALUES ('delete', old.key, old.thinking, old.text);
  INSERT INTO message_words (rowid, thinking, text) VALUES (new.key, new.thinking, new.text);
  INSERT INTO message_grams (rowid, thinking, text) VALUES (new.key, new.thinking, new.text);
END;

CREATE TRIGGER message_search_delete AFTER DELETE ON message BEGIN
  INSERT INTO message_words (message_words, rowid, thinking, text) VALUES ('delete', old.key, old.thinking, old.text);
  INSERT INTO message_grams (message_grams, rowid, thinking, text) VALUES ('delete', old.key, old.thinking, old.text);
END;

CREATE TRIGGER call_search_insert AFTER INSERT ON tool_call BEGIN
  INSERT INTO call_words (rowid, name, arguments, result) VALUES (new.key, new.name, new.arguments, new.result);
  INSERT INTO call_grams (rowid, name, arguments, result) VALUES (new.key, new.name, new.arguments, new.result);
END;

CREATE TRIGGER call_search_update AFTER UPDATE OF arguments, result ON tool_call WHEN old.arguments <> new.arguments OR old.result <> new.result BEGIN
  INSERT INTO call_words (call_words, rowid, name, arguments, result) VALUES ('delete', old.key, old.name, old.arguments, old.result);
  INSERT INTO call_grams (call_grams, rowid, name, arguments, result) VALUES ('delete', old.key, old.name, old.arguments, old.result);
  INSERT INTO call_words (rowid, name, arguments, result) VALUES (new.key, new.name, new.arguments, new.result);
  INSERT INTO call_grams (rowid, name, arguments, result) VALUES (new.key, new.name, new.arguments, new.result);
END;

CREATE TRIGGER call_search_delete AFTER DELETE ON tool_call BEGIN
  INSERT INTO call_words (call_words, rowid, name, arguments, result) VALUES ('delete', old.key, old.name, old.arguments, old.result);
  INSERT INTO call_grams (call_grams, rowid, name, arguments, result) VALUES ('delete', old.key, old.name, old.arguments, old.result);
END;

-- Few conversations have branches that are not shown.
CREATE INDEX message_hidden ON message (conversation_key) WHERE shown = 0;
