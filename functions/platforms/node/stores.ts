import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { digestNow } from '../../../settings/digest-now.ts';
import type { Ambient } from '../../ambient/ambient.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { type HashedFields, hashedText } from '../../audit/hash-record.ts';
import { createSqlAuditStore } from '../../audit/sql/sql-audit-store.ts';
import { createIntakePace } from './queue/intake-pace.ts';
import { createPassingMessages } from './queue/passing-messages.ts';
import { createSqliteQueue } from './queue/sqlite-queue.ts';
import { createGroupCommit } from './sqlite/group-commit.ts';
import { createSqliteClaims } from './sqlite/sqlite-claims.ts';
import { createSqliteSql } from './sqlite/sqlite-sql.ts';

/**
 * @property maxWaiting events in the queue beyond which a delivery is answered with 503.
 * @property concurrency messages worked on at the same time.
 * @property retentionMs how long receipts, claims and dead letters are kept.
 */
export type NodeStoreSettings = {
  readonly maxWaiting: number;
  readonly concurrency: number;
  readonly retentionMs: number;
};

export type NodeStores = ReturnType<typeof openNodeStores>;

/** Of the audit trail, in one commit: what a turn of the event loop brings. */
const GROUP_RECORDS = 256;

/** Everything that a Node receiver keeps, in one database, written together. */
export function openNodeStores(
  database: DatabaseSync,
  { maxWaiting, concurrency, retentionMs }: NodeStoreSettings,
  ambient: Ambient,
) {
  const commit = createGroupCommit(database);
  const commitClaim = createGroupCommit(database, 'soon');
  const queue = createSqliteQueue(database, { maxWaiting, commit, commitOutcome: commit.lazily });
  const { chains, ...audited } = createSqlAuditStore(createSqliteSql(database, commit));
  return {
    queue,
    passing: createPassingMessages(database, { commitOutcome: commit.lazily }),
    commit,
    pace: createIntakePace({ unhandled: queue.unhandled, concurrency, clock: ambient.clock }),
    claims: createSqliteClaims(database, { retentionMs, commit, commitOutcome: commit.lazily, commitClaim }),
    audit: createAuditTrail({
      ...ambient,
      store: chains,
      hash: hashNow,
      digest: digestNow,
      groupRecords: GROUP_RECORDS,
    }),
    chains,
    ...audited,
  };
}

/** The hash of a record, as `hashRecord` gives it, without waiting for another thread: it takes some microseconds. */
function hashNow(fields: HashedFields): string {
  return hash('sha256', hashedText(fields), 'hex');
}
