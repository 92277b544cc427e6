-- Times are milliseconds since 1970 in UTC. Ids that leave the server are random text.
-- Every table of a workspace begins its keys and indexes with tenant_id, and a child refers to its parent by
-- (tenant_id, id), so that the schema itself refuses a link across workspaces.

CREATE TABLE house (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,
    touched INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE tenants (
    id INTEGER PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT 'en',
    sites TEXT NOT NULL DEFAULT '[]',
    accent TEXT NOT NULL DEFAULT '#105b75',
    greeting TEXT NOT NULL DEFAULT '',
    suggestions TEXT NOT NULL DEFAULT '[]',
    wait_seconds INTEGER NOT NULL DEFAULT 180,
    reopen_days INTEGER NOT NULL DEFAULT 7,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL,
    password TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE memberships (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'agent', 'viewer')),
    away INTEGER NOT NULL DEFAULT 0 CHECK (away IN (0, 1)),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
) STRICT;
CREATE INDEX memberships_by_user ON memberships (user_id);

-- A session is a row, so that it can be revoked; the cookie holds the secret whose fingerprint stands here.
CREATE TABLE sessions (
    tenant_id INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    fingerprint BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, fingerprint),
    FOREIGN KEY (tenant_id, user_id) REFERENCES memberships (tenant_id, user_id) ON DELETE CASCADE
) STRICT;

CREATE TABLE visitors (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    locale TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, fingerprint),
    UNIQUE (tenant_id, number)
) STRICT;

CREATE TABLE conversations (
    tenant_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    visitor_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ai', 'waiting', 'human', 'resolved')),
    stretch INTEGER NOT NULL DEFAULT 1,
    floor INTEGER NOT NULL DEFAULT 1,
    title TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL,
    page_url TEXT NOT NULL DEFAULT '',
    page_title TEXT NOT NULL DEFAULT '',
    referrer TEXT NOT NULL DEFAULT '',
    opened_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0,
    last_text TEXT NOT NULL DEFAULT '',
    last_role TEXT NOT NULL DEFAULT 'visitor',
    question_seq INTEGER NOT NULL DEFAULT 0,
    answered_seq INTEGER NOT NULL DEFAULT 0,
    visitor_read INTEGER NOT NULL DEFAULT 0,
    operator_read INTEGER NOT NULL DEFAULT 0,
    owner_id TEXT,
    owner_since INTEGER,
    waiting_since INTEGER,
    wait_deadline INTEGER,
    first_wait INTEGER,
    reason TEXT NOT NULL DEFAULT '',
    priority INTEGER NOT NULL DEFAULT 2 CHECK (priority IN (1, 2, 3)),
    resolved_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, visitor_id) REFERENCES visitors (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, owner_id) REFERENCES memberships (tenant_id, user_id),
    CHECK ((state = 'human') = (owner_id IS NOT NULL)),
    CHECK ((state = 'waiting') = (waiting_since IS NOT NULL)),
    CHECK ((state = 'waiting') = (wait_deadline IS NOT NULL)),
    CHECK ((state = 'resolved') = (resolved_at IS NOT NULL))
) STRICT;
-- A visitor has one open conversation at the most, whatever arrives in parallel.
CREATE UNIQUE INDEX conversations_open ON conversations (tenant_id, visitor_id) WHERE state <> 'resolved';
CREATE INDEX conversations_of_visitor ON conversations (tenant_id, visitor_id);
CREATE INDEX conversations_by_state ON conversations (tenant_id, state, last_at);
CREATE INDEX conversations_by_owner ON conversations (tenant_id, owner_id, last_at) WHERE owner_id IS NOT NULL;

-- The conversation as the visitor may see it: append only, seq 1..n without a gap.
CREATE TABLE entries (
    tenant_id INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('message', 'handoff', 'joined', 'left', 'contact', 'csat', 'file', 'notice')),
    at INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('visitor', 'ai', 'operator', 'system')),
    author_id TEXT,
    author_name TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL,
    client_id TEXT,
    turn TEXT,
    flags TEXT NOT NULL DEFAULT '[]',
    sources TEXT NOT NULL DEFAULT '[]',
    facts TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, conversation_id, seq),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entries_once ON entries (tenant_id, author_id, client_id) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX entries_by_turn ON entries (tenant_id, conversation_id, turn) WHERE turn IS NOT NULL;

-- What made each AI answer: kept beside the entry, behind its seq.
CREATE TABLE runs (
    tenant_id INTEGER NOT NULL,
    conversation_id TEXT NOT NULL,
    turn TEXT NOT NULL,
    behind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('whole', 'interrupted', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    provider TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    prompt_version TEXT NOT NULL DEFAULT '',
    passages TEXT NOT NULL DEFAULT '[]',
    tools TEXT NOT NULL DEFAULT '[]',
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cache_read_tokens INTEGER NOT NULL DEFAULT 0,
    cache_write_tokens INTEGER NOT NULL DEFAULT 0,
    cost_micro INTEGER,
    first_token_ms INTEGER,
    latency_ms INTEGER,
    confidence INTEGER,
    PRIMARY KEY (tenant_id, conversation_id, turn),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Promises: written with the change, kept at least once. A timer is a job that is due later.
CREATE TABLE jobs (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    args TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease TEXT,
    leased_until INTEGER,
    dead_at INTEGER,
    error TEXT,
    PRIMARY KEY (tenant_id, kind, key),
    UNIQUE (tenant_id, id)
) STRICT;

-- The ledger: who changed what, why and when, written with the change. A message is its own record (entries), an
-- answer has one beside it (runs).
CREATE TABLE events (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    conversation_id TEXT,
    actor_role TEXT NOT NULL,
    actor_id TEXT,
    facts TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX events_of_conversation ON events (tenant_id, conversation_id, at);
