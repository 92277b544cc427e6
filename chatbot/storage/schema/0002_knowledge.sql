-- What the business has written, as it was typed.
CREATE TABLE sources (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    url TEXT,
    language TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    author TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX sources_in_use ON sources (tenant_id, enabled, language);

-- The passages of the articles that are switched on. `number` is the name the word index knows a passage by: a key of
-- its own, because an implicit rowid may change with VACUUM; it never leaves the server. The three columns of words
-- hold what a passage is found under, each word behind a space; `length` is how many they are.
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    title_words TEXT NOT NULL,
    heading_words TEXT NOT NULL,
    body_words TEXT NOT NULL,
    length INTEGER NOT NULL,
    UNIQUE (tenant_id, id),
    UNIQUE (tenant_id, source_id, position),
    FOREIGN KEY (tenant_id, source_id) REFERENCES sources (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX chunks_by_number ON chunks (tenant_id, number, length);

-- Here and only here a word gets its workspace in front (`t42xrefund`), from the row itself: no program can file a word
-- under another workspace, and one workspace's search walks past nobody else's words.
CREATE VIEW chunk_words AS SELECT
    number,
    replace(title_words, ' ', ' t' || tenant_id || 'x') AS title,
    replace(heading_words, ' ', ' t' || tenant_id || 'x') AS heading,
    replace(body_words, ' ', ' t' || tenant_id || 'x') AS body
FROM chunks;

CREATE VIRTUAL TABLE words USING fts5 (
    title, heading, body,
    content = 'chunk_words', content_rowid = 'number', detail = column, tokenize = "ascii tokenchars '+#'"
);
-- Where a word stands (term, doc: the passage's number, col), and in how many passages (term, doc: their count).
CREATE VIRTUAL TABLE places USING fts5vocab (words, instance);
CREATE VIRTUAL TABLE passage_counts USING fts5vocab (words, row);

CREATE TRIGGER chunks_are_indexed AFTER INSERT ON chunks BEGIN
    INSERT INTO words (rowid, title, heading, body)
    SELECT number, title, heading, body FROM chunk_words WHERE number = new.number;
END;

-- Also when a workspace or an article goes and its passages follow. Passages are replaced, never updated.
CREATE TRIGGER chunks_are_forgotten BEFORE DELETE ON chunks BEGIN
    INSERT INTO words (words, rowid, title, heading, body)
    SELECT 'delete', number, title, heading, body FROM chunk_words WHERE number = old.number;
END;

CREATE TRIGGER chunks_do_not_change BEFORE UPDATE ON chunks BEGIN
    SELECT RAISE(ABORT, 'passages are replaced, never updated: their words would stay in the index');
END;
