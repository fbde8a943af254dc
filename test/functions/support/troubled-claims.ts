import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { createJsonLog } from '../../../functions/ambient/log.ts';
import { DATABASE_FILE } from '../../../functions/platforms/node/sqlite/open-database.ts';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import type { TimelineEntry } from '../../../functions/timeline/timeline.ts';
import { startReceiver } from '../../support/receiver.ts';
import { SECRET } from './signed-post.ts';
import { startWorker } from './start-worker.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';
import { registerTestHandlers } from './test-handlers.ts';

/** What can be down: all receipts, only the writing of one, or the claims of handlers. */
export type Trouble = 'receipts' | 'newReceipts' | 'claims';

/** A receiver and its handlers, with a store of claims that can be broken and mended from outside. */
export type TroubledBridge = {
  readonly url: string;
  logged(): string;
  auditRows(): Promise<readonly TimelineEntry[]>;
  /** The attempt numbers of the runs of the handler `steady`, in order. */
  attempts(): readonly number[];
  breakDown(trouble: Trouble): void;
  mend(): void;
  close(): Promise<void>;
};

const WORKER = fileURLToPath(new URL('./troubled-claims-worker.ts', import.meta.url));
const CALLS: Readonly<Record<Trouble, readonly string[]>> = {
  receipts: ['take'],
  newReceipts: ['newReceipts'],
  claims: ['claim'],
};

/** Calls of the Durable Object throw. */
async function startOnWorkerd(): Promise<TroubledBridge> {
  let down: readonly string[] = [];
  const probe = await startProbe((path) => !down.some((call) => path === `/claims/${call}`));
  const lines: string[] = [];
  const receiver = await startWorker({
    port: 0,
    secrets: [SECRET],
    vars: { PROBE_URL: probe.url },
    entryFile: WORKER,
    onLog: (line) => void lines.push(line),
  });
  return {
    url: receiver.url,
    logged: () => lines.join('\n'),
    auditRows: receiver.auditRows,
    attempts: probe.attempts,
    breakDown: (trouble) => {
      down = CALLS[trouble];
    },
    mend: () => {
      down = [];
    },
    close: receiver.dispose,
  };
}

/** Another program takes the tables away, or has new rows refused. */
const BREAK: Readonly<Record<Trouble, string>> = {
  receipts: 'ALTER TABLE receipts RENAME TO receipts_away',
  newReceipts: `CREATE TRIGGER no_more BEFORE INSERT ON receipt_log BEGIN SELECT RAISE(FAIL, 'the claims are down'); END`,
  claims: 'ALTER TABLE claims RENAME TO claims_away',
};
const MEND: Readonly<Record<Trouble, string>> = {
  receipts: 'ALTER TABLE receipts_away RENAME TO receipts',
  newReceipts: 'DROP TRIGGER no_more',
  claims: 'ALTER TABLE claims_away RENAME TO claims',
};

async function startOnNode(): Promise<TroubledBridge> {
  const probe = await startProbe(() => true);
  const directory = await makeTemporaryDirectory();
  const lines: string[] = [];
  const receiver = await startNodeReceiver({
    port: 0,
    dataDir: directory.path,
    secrets: [SECRET],
    vars: { PROBE_URL: probe.url },
    registerHandlers: registerTestHandlers,
    log: createJsonLog((_, line) => void lines.push(line)),
  });
  const database = new DatabaseSync(join(directory.path, DATABASE_FILE), { timeout: 5_000 });
  let mending = '';
  return {
    url: receiver.url,
    logged: () => lines.join('\n'),
    auditRows: receiver.auditRows,
    attempts: probe.attempts,
    breakDown: (trouble) => {
      database.exec(BREAK[trouble]);
      mending = MEND[trouble];
    },
    mend: () => database.exec(mending),
    close: async () => {
      database.close();
      await receiver.close();
      await directory.remove();
    },
  };
}

async function startProbe(isUp: (path: string) => boolean) {
  const server = await startReceiver();
  server.answer((response, { path }) => response.writeHead(isUp(path) ? 200 : 503).end());
  const calls = () => server.requests.filter(({ path }) => path === '/steady');
  return {
    url: new URL(server.url).origin,
    attempts: () => calls().map(({ headers }) => Number(headers['x-attempt'])),
  };
}

/**
 * Lambda's, with a DynamoDB that fails, are in `aws/faults.test.ts`.
 *
 * @property atOnce whether hand-off and receipt are one write.
 */
export const TROUBLED_PLATFORMS = [
  { platform: 'Node', start: startOnNode, atOnce: true },
  { platform: 'workerd', start: startOnWorkerd, atOnce: false },
] as const;
