import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { createSqliteQueue } from '../../../functions/platforms/node/queue/sqlite-queue.ts';
import { openDatabase } from '../../../functions/platforms/node/sqlite/open-database.ts';
import { createReceiptLog } from '../../../functions/platforms/node/sqlite/receipt-log.ts';
import { createClaimTable } from '../../../functions/platforms/sql/claim-table.ts';
import { THOROUGH } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';

const PROCESS = fileURLToPath(new URL('../support/receipts-process.ts', import.meta.url));
const textOf = ({ body }: { readonly body: Uint8Array }) => new TextDecoder().decode(body);
const KILLS = THOROUGH ? 50 : 8;

/** The ids that it said were on the disk. */
async function killWhileKeyed(dataDir: string, name: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROCESS, dataDir, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await until('some receipts', () => output.length > 8_000, 30_000);
  await sleep(Math.random() * 50);
  child.kill('SIGKILL');
  await once(child, 'close');
  return output.slice(0, output.lastIndexOf('\n')).split('\n');
}

/** With a key, and without. */
function keyed(database: DatabaseSync): readonly number[] {
  const of = (table: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  return [of('receipt_keys'), of('receipt_log WHERE id > (SELECT up_to FROM receipts_keyed)')];
}

it('remembers every event that was acknowledged, however often it is killed', {
  timeout: 300_000,
}, async () => {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    acknowledged.push(...(await killWhileKeyed(directory.path, String(kill))));
    const database = openDatabase(directory.path);
    const table = createClaimTable((statement, ...values) => database.prepare(statement).all(...values));
    const receipts = createReceiptLog(database, table);
    expect(keyed(database).every((count) => count > 0)).toBe(true);
    expect(acknowledged.filter((id) => receipts.told(id) !== `status:${id}`)).toEqual([]);
    expect(acknowledged.filter((id) => receipts.addReceipt(id, 0, 'again'))).toEqual([]);
    // What was not removed any more is as it was sent, and all of it was remembered.
    const queue = createSqliteQueue(database);
    const left = queue
      .due(Number.MAX_SAFE_INTEGER, new Set(), 10_000)
      .map(({ id, message }) => ({ id, text: textOf(message) }));
    expect(left.length % 9).toBe(0);
    expect(left.length).toBeGreaterThan(0);
    expect(left.filter(({ text }) => receipts.told(text) !== `status:${text}`)).toEqual([]);
    await Promise.all(left.map(({ id }) => queue.done(id)));
    database.close();
  }
  console.log(`${KILLS} kills: ${acknowledged.length} receipts`);
});
