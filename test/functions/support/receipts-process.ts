import { writeSync } from 'node:fs';
import { createPassingIntake } from '../../../functions/platforms/node/queue/passing-intake.ts';
import { createPassingMessages } from '../../../functions/platforms/node/queue/passing-messages.ts';
import { createGroupCommit } from '../../../functions/platforms/node/sqlite/group-commit.ts';
import { openDatabase } from '../../../functions/platforms/node/sqlite/open-database.ts';
import { createReceiptLog } from '../../../functions/platforms/node/sqlite/receipt-log.ts';
import { createClaimTable } from '../../../functions/platforms/sql/claim-table.ts';

/**
 * Adds receipts without end, whose keys are written a hundred at a time, until it is killed: `node receipts-process.ts <dataDir>
 * <name>`. One of ten comes alone, the others with a message that no handler wants, which is its id. It prints each id when
 * it is on the disk.
 */
const [dataDir = '', name = ''] = process.argv.slice(2);
const database = openDatabase(dataDir);
const commit = createGroupCommit(database);
const table = createClaimTable((statement, ...values) => database.prepare(statement).all(...values));
const receipts = createReceiptLog(database, table, { most: 100, commit: commit.lazily });
const passing = createPassingMessages(database, { commitOutcome: commit.lazily });
const onPassed = (id: number) => void passing.remove(id);
const pass = createPassingIntake({ receipts, passing, commit, onPassed });
const encoder = new TextEncoder();

for (let count = 0; ; count += 10) {
  const ids = Array.from({ length: 10 }, (_, at) => `evt_${((count + at) * 7) % 16}_${name}_${count + at}`);
  const [first = '', ...others] = ids;
  await Promise.all([
    commit(() => receipts.addReceipt(first, count, `status:${first}`)),
    ...others.map((eventId) =>
      pass(
        { eventId, nowMs: count, told: `status:${eventId}` },
        { body: encoder.encode(eventId), receivedAtMs: count },
      ),
    ),
  ]);
  writeSync(1, `${ids.join('\n')}\n`);
}
