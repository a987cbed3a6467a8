-- Targets, their audits, what became of their findings, and what a backend has of it.

CREATE TABLE targets (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,               -- the same for every clone: an address, else a folder
    name TEXT NOT NULL,
    url TEXT
);

CREATE TABLE audits (
    number INTEGER PRIMARY KEY AUTOINCREMENT, -- the order of storing; never used twice
    id TEXT NOT NULL UNIQUE,                -- UUID, known to backends
    target INTEGER NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
    branch TEXT NOT NULL,                   -- empty for a detached HEAD
    kind TEXT NOT NULL CHECK (kind IN ('current', 'revision')), -- as it stands, or --rev
    whole INTEGER NOT NULL,                 -- 0 when asked for a part of the rules only
    commit_oid TEXT,
    dirty INTEGER NOT NULL,
    started_at TEXT NOT NULL,               -- RFC 3339, UTC
    seconds REAL NOT NULL,
    tool_version TEXT NOT NULL,
    guide_name TEXT NOT NULL,
    guide_version TEXT NOT NULL,
    guide_digest TEXT NOT NULL,
    conformance REAL,
    coverage REAL,
    complete INTEGER NOT NULL,
    critical INTEGER NOT NULL,              -- open findings by severity
    high INTEGER NOT NULL,
    medium INTEGER NOT NULL,
    low INTEGER NOT NULL,
    info INTEGER NOT NULL,
    waived INTEGER NOT NULL,
    baselined INTEGER NOT NULL
);

CREATE INDEX audits_by_branch ON audits (target, branch, started_at);

CREATE TABLE documents (
    audit INTEGER PRIMARY KEY REFERENCES audits (number) ON DELETE CASCADE,
    content BLOB NOT NULL                   -- the JSON report, version 1, deflated (zlib)
);

CREATE TABLE verdicts (
    audit INTEGER NOT NULL REFERENCES audits (number) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    status TEXT NOT NULL,
    findings INTEGER NOT NULL,
    PRIMARY KEY (audit, rule)
) WITHOUT ROWID;

CREATE TABLE findings (
    target INTEGER NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
    branch TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    rule TEXT NOT NULL,
    slug TEXT NOT NULL,
    severity TEXT NOT NULL,
    status TEXT NOT NULL,                   -- open, waived or baselined when last seen
    subject TEXT NOT NULL,
    first_at TEXT NOT NULL,
    first_commit TEXT,                      -- the first audited commit that has it
    last_at TEXT NOT NULL,
    last_commit TEXT,
    last_audit INTEGER NOT NULL,
    fixed_at TEXT,                          -- null while it is there
    fixed_in TEXT,                          -- the first audited commit that lacks it
    reopened INTEGER NOT NULL DEFAULT 0,    -- how often it came back
    reopened_at TEXT,
    PRIMARY KEY (target, branch, fingerprint)
) WITHOUT ROWID;

CREATE TABLE deliveries (
    backend TEXT NOT NULL,
    audit INTEGER NOT NULL REFERENCES audits (number) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('acknowledged', 'refused')),
    reason TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY (backend, audit)
) WITHOUT ROWID;

CREATE INDEX deliveries_by_audit ON deliveries (audit);
