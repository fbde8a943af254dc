import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createAuditTrail } from '../../functions/audit/audit-trail.ts';
import { createSqlChainStore } from '../../functions/audit/sql/sql-chain-store.ts';
import { openDatabase } from '../../functions/platforms/node/sqlite/open-database.ts';
import { createSqliteSql } from '../../functions/platforms/node/sqlite/sqlite-sql.ts';
import type { AuditEntry } from '../../functions/timeline/audit-entry.ts';
import { sha256Hex } from '../../protocol/bytes/sha256.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { sampleHistory } from '../audit/sample-history.ts';
import { type Figure, median, perSecond } from '../figure.ts';
import type { RowContext } from './row-context.ts';

const RECORDS = 4_000;
/** As many as the Node receiver works on at the same time. */
const CONCURRENCY = 16;

/** Events into the chain, durable and hashed, beside one durable INSERT each of the same text and bytes. */
export async function auditAppends({ rounds, scratchDirectory }: RowContext): Promise<readonly Figure[]> {
  const entries = sampleEntries();
  const times: { readonly trail: number; readonly bare: number }[] = [];
  // The first round warms both up and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    const bare = insertBare(scratchDirectory(), entries);
    const trail = await append(scratchDirectory(), entries);
    if (round > 0) times.push({ trail, bare });
  }
  const ratio = median(times.map(({ trail, bare }) => (100 * bare) / trail));
  const rate = (of: 'trail' | 'bare') =>
    perSecond((1_000 * entries.length) / median(times.map((one) => one[of])));
  return [
    {
      what: `audit trail on SQLite: events appended, ${CONCURRENCY} at a time`,
      measured: rate('trail'),
      floor: `${rate('bare')} one INSERT and commit each`,
      value: ratio,
      unit: '%',
      required: { atLeast: 50 },
      aim: { atLeast: 100 },
    },
  ];
}

function sampleEntries(): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (const { content, body } of sampleHistory({ records: RECORDS, pods: 200 })) {
    const { kind, ...facts } = JSON.parse(content);
    if (kind === 'event' && body !== undefined) entries.push({ facts, body });
  }
  return entries;
}

async function append(directory: string, entries: readonly AuditEntry[]): Promise<number> {
  const database = openDatabase(directory);
  const store = createSqlChainStore(createSqliteSql(database));
  const trail = createAuditTrail({ store, clock: systemClock, random: Math.random });
  const left = entries.values();
  const startMs = performance.now();
  const worker = async () => {
    // All take from the same rest; the hash of the body is part of the work.
    for (const { facts, body } of left) {
      await trail.append({ facts: { ...facts, bodySha256: await sha256Hex(body) }, body });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  const ms = performance.now() - startMs;
  database.close();
  return ms;
}

function insertBare(directory: string, entries: readonly AuditEntry[]): number {
  const database = new DatabaseSync(join(directory, 'bare.db'));
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(
    'CREATE TABLE bare (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT, body BLOB)',
  );
  const add = database.prepare('INSERT INTO bare (id, content, body) VALUES (?, ?, ?)');
  const startMs = performance.now();
  for (const { facts, body } of entries) add.run(facts.eventId, JSON.stringify(facts), body);
  const ms = performance.now() - startMs;
  database.close();
  return ms;
}
