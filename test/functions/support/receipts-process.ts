import { writeSync } from 'node:fs';
import { createGroupCommit } from '../../../functions/platforms/node/sqlite/group-commit.ts';
import { openDatabase } from '../../../functions/platforms/node/sqlite/open-database.ts';
import { createRecentReceipts } from '../../../functions/platforms/node/sqlite/recent-receipts.ts';
import { createClaimTable } from '../../../functions/platforms/sql/claim-table.ts';

/**
 * Adds receipts without end, which move a hundred at a time, until it is killed: `node receipts-process.ts <dataDir>
 * <name>`. It prints each id when it is on the disk.
 */
const [dataDir = '', name = ''] = process.argv.slice(2);
const database = openDatabase(dataDir);
const commit = createGroupCommit(database);
const table = createClaimTable((statement, ...values) => database.prepare(statement).all(...values));
const receipts = createRecentReceipts(database, table, { most: 100, commit: commit.lazily });

for (let count = 0; ; count += 10) {
  const ids = Array.from({ length: 10 }, (_, at) => `evt_${((count + at) * 7) % 16}_${name}_${count + at}`);
  await Promise.all(ids.map((id) => commit(() => receipts.addReceipt(id, count, `status:${id}`))));
  writeSync(1, `${ids.join('\n')}\n`);
}
