-- The audit trail: what happened in the cluster (one row an event), and what the handlers did about it (one row
-- a run). Rows are only ever added. Times are milliseconds since the epoch.
CREATE TABLE IF NOT EXISTS audit_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL UNIQUE,
  hook TEXT NOT NULL,
  type TEXT NOT NULL,
  cluster TEXT NOT NULL,
  namespace TEXT,
  pod TEXT,
  pod_uid TEXT,
  node TEXT,
  container TEXT,
  container_id TEXT,
  container_kind TEXT,
  restart_count INTEGER,
  observation TEXT,
  exit_code INTEGER,
  reason TEXT,
  sequence TEXT NOT NULL,
  occurred_at_ms INTEGER NOT NULL,
  received_at_ms INTEGER NOT NULL,
  recorded_at_ms INTEGER NOT NULL,
  attempt INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS handler_runs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,
  event_id TEXT NOT NULL,
  handler TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  error TEXT,
  started_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER NOT NULL,
  UNIQUE (event_id, handler, attempt)
);
