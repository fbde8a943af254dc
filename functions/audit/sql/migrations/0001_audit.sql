-- The tables of the audit trail, for `wrangler d1 migrations apply`. What they are for is said in ../schema.ts, which has
-- the same statements; a test keeps the two equal.
CREATE TABLE IF NOT EXISTS audit_records (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,
  position INTEGER NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL,
  record_id TEXT NOT NULL UNIQUE,
  content TEXT NOT NULL,
  body BLOB,
  kind TEXT GENERATED ALWAYS AS (content ->> '$.kind') VIRTUAL,
  event_id TEXT GENERATED ALWAYS AS (content ->> '$.eventId') VIRTUAL,
  at_ms INTEGER GENERATED ALWAYS AS (
    coalesce(content ->> '$.occurredAtMs', content ->> '$.startedAtMs', content ->> '$.recordedAtMs')) VIRTUAL,
  recorded_at_ms INTEGER GENERATED ALWAYS AS (
    coalesce(content ->> '$.recordedAtMs', content ->> '$.finishedAtMs')) VIRTUAL,
  cluster TEXT GENERATED ALWAYS AS (content ->> '$.cluster') VIRTUAL,
  namespace TEXT GENERATED ALWAYS AS (content ->> '$.namespace') VIRTUAL,
  pod TEXT GENERATED ALWAYS AS (content ->> '$.pod') VIRTUAL,
  pod_uid TEXT GENERATED ALWAYS AS (content ->> '$.podUid') VIRTUAL,
  container TEXT GENERATED ALWAYS AS (content ->> '$.container') VIRTUAL,
  restart_count INTEGER GENERATED ALWAYS AS (content ->> '$.restartCount') VIRTUAL,
  hook TEXT GENERATED ALWAYS AS (content ->> '$.hook') VIRTUAL,
  exit_code INTEGER GENERATED ALWAYS AS (content ->> '$.exitCode') VIRTUAL,
  end_outcome TEXT GENERATED ALWAYS AS (
    iif(content ->> '$.kind' = 'event', content ->> '$.outcome', NULL)) VIRTUAL,
  handler TEXT GENERATED ALWAYS AS (content ->> '$.handler') VIRTUAL,
  run_outcome TEXT GENERATED ALWAYS AS (
    iif(content ->> '$.kind' = 'run', content ->> '$.outcome', NULL)) VIRTUAL,
  UNIQUE (stream, position)
);

CREATE INDEX IF NOT EXISTS audit_by_time ON audit_records (at_ms, seq, kind, hook, cluster, container);

CREATE INDEX IF NOT EXISTS audit_by_event ON audit_records (event_id, kind) WHERE event_id IS NOT NULL;

CREATE INDEX IF NOT EXISTS audit_by_namespace ON audit_records (namespace, at_ms) WHERE namespace IS NOT NULL;

CREATE INDEX IF NOT EXISTS audit_by_pod ON audit_records (pod, at_ms) WHERE pod IS NOT NULL;

CREATE INDEX IF NOT EXISTS audit_without_pod ON audit_records (at_ms) WHERE pod IS NULL AND kind = 'event';

CREATE INDEX IF NOT EXISTS audit_by_pod_uid ON audit_records (pod_uid, at_ms) WHERE pod_uid IS NOT NULL;

CREATE INDEX IF NOT EXISTS audit_by_exit_code ON audit_records (exit_code, at_ms) WHERE exit_code IS NOT NULL;

CREATE INDEX IF NOT EXISTS audit_by_end ON audit_records (end_outcome, at_ms) WHERE end_outcome IS NOT NULL;

CREATE INDEX IF NOT EXISTS audit_by_handler ON audit_records (handler, at_ms) WHERE handler IS NOT NULL;

CREATE INDEX IF NOT EXISTS audit_by_run_outcome ON audit_records (run_outcome, at_ms)
  WHERE run_outcome IS NOT NULL;

CREATE INDEX IF NOT EXISTS audit_ends_of_runs ON audit_records (pod_uid, container, restart_count)
  WHERE hook = 'postStop';

CREATE TABLE IF NOT EXISTS audit_open_runs (
  pod_uid TEXT NOT NULL,
  container TEXT NOT NULL,
  restart_count INTEGER NOT NULL,
  event_id TEXT NOT NULL UNIQUE,
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (pod_uid, container, restart_count)
);

CREATE INDEX IF NOT EXISTS audit_open_runs_by_time ON audit_open_runs (since_ms);

CREATE TRIGGER IF NOT EXISTS audit_only_at_the_end BEFORE INSERT ON audit_records
WHEN NEW.position IS NOT
    1 + (SELECT ifnull(max(position), 0) FROM audit_records WHERE stream = NEW.stream)
  OR NEW.previous_hash IS NOT
    ifnull((SELECT hash FROM audit_records WHERE stream = NEW.stream AND position = NEW.position - 1),
      '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN
  SELECT RAISE(ABORT, 'an audit record must follow the last one of its stream');
END;

CREATE TRIGGER IF NOT EXISTS audit_never_changed BEFORE UPDATE ON audit_records
BEGIN
  SELECT RAISE(ABORT, 'an audit record is never changed');
END;

CREATE TRIGGER IF NOT EXISTS audit_run_begins AFTER INSERT ON audit_records
WHEN NEW.hook = 'postStart'
BEGIN
  INSERT OR IGNORE INTO audit_open_runs (pod_uid, container, restart_count, event_id, since_ms)
  SELECT NEW.pod_uid, NEW.container, NEW.restart_count, NEW.record_id, NEW.at_ms
  WHERE NOT EXISTS (
    SELECT 1 FROM audit_records WHERE hook = 'postStop' AND pod_uid = NEW.pod_uid
      AND container = NEW.container AND restart_count = NEW.restart_count
  );
END;

CREATE TRIGGER IF NOT EXISTS audit_run_ends AFTER INSERT ON audit_records
WHEN NEW.hook = 'postStop'
BEGIN
  DELETE FROM audit_open_runs WHERE pod_uid = NEW.pod_uid
    AND container = NEW.container AND restart_count = NEW.restart_count;
END;

CREATE TRIGGER IF NOT EXISTS audit_run_forgotten AFTER DELETE ON audit_records
WHEN OLD.hook = 'postStart'
BEGIN
  DELETE FROM audit_open_runs WHERE event_id = OLD.record_id;
END;
