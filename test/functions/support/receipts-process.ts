import { writeSync } from 'node:fs';
import { createGroupCommit } from '../../../functions/platforms/node/sqlite/group-commit.ts';
import { openDatabase } from '../../../functions/platforms/node/sqlite/open-database.ts';
import { createReceiptLog } from '../../../functions/platforms/node/sqlite/receipt-log.ts';
import { createClaimTable } from '../../../functions/platforms/sql/claim-table.ts';

/**
 * Adds receipts without end, whose keys are written a hundred at a time, until it is killed: `node receipts-process.ts <dataDir>
 * <name>`. It prints each id when it is on the disk.
 */
const [dataDir = '', name = ''] = process.argv.slice(2);
const database = openDatabase(dataDir);
const commit = createGroupCommit(database);
const table = createClaimTable((statement, ...values) => database.prepare(statement).all(...values));
const receipts = createReceiptLog(database, table, { most: 100, commit: commit.lazily });

for (let count = 0; ; count += 10) {
  const ids = Array.from({ length: 10 }, (_, at) => `evt_${((count + at) * 7) % 16}_${name}_${count + at}`);
  const all = ids.map((eventId) => ({ eventId, nowMs: count, told: `status:${eventId}` }));
  // The first alone, the others together.
  await Promise.all([
    commit(() => receipts.addReceipt(ids[0] ?? '', count, `status:${ids[0]}`)),
    commit(() => receipts.addAll(all.slice(1))),
  ]);
  writeSync(1, `${ids.join('\n')}\n`);
}
