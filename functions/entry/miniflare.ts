import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { D1Database } from '@cloudflare/workers-types';
import type { Miniflare as MiniflareInstance, MiniflareOptions } from 'miniflare';
import { createD1Sql } from '../audit/d1-sql.ts';
import { createSqlAuditStore } from '../audit/sql-audit-store.ts';
import type { TimelineEntry } from '../page/timeline.ts';
import { bundleWorker } from './bundle-worker.ts';
import { closeOnce } from './close-once.ts';
import { type DeadLetterFacts, deadLetterWorker, readDeadLetters } from './dead-letter-worker.ts';

/**
 * @property port 0 takes a free one.
 * @property secrets `whsec_…` or `whpk_…`, the current and the previous ones.
 * @property vars further variables, for example `CLEANUP_URL`, or `PAGE_OPEN: 'false'` to hide the page.
 * @property persistDir keeps claims and audit rows across restarts. Queued messages live in memory all the same:
 *   an event that was stored but not handled is lost with the process, unlike on Cloudflare.
 * @property entryFile another Worker module than `worker.ts`, for example one with other handlers; it must export
 *   `Claims` and `createWorker(…)` as default.
 * @property onLog receives each line of the Worker's own (JSON) log.
 */
export type WorkerdOptions = {
  readonly port: number;
  readonly host?: string;
  readonly secrets: readonly string[];
  readonly vars?: Readonly<Record<string, string>>;
  readonly persistDir?: string;
  readonly entryFile?: string;
  readonly onLog?: (line: string) => void;
};

export type WorkerdReceiver = {
  /** For example `http://127.0.0.1:8787`; events go to `/events` below it. */
  readonly url: string;
  /** Size of the Worker as deployed: minified, in bytes. */
  readonly bundleBytes: number;
  /** The newest events with their runs, oldest first. */
  auditRows(limit?: number): Promise<readonly TimelineEntry[]>;
  /** What ended in the dead-letter queue, oldest first. */
  deadLetters(): Promise<readonly DeadLetterFacts[]>;
  /** Puts a message into the queue without the receiver: what Cloudflare does with one that was never settled. */
  redeliver(message: { readonly body: Uint8Array; readonly receivedAtMs: number }): Promise<void>;
  dispose(): Promise<void>;
};

const DEFAULT_ENTRY = fileURLToPath(new URL('./worker.ts', import.meta.url));
const MIGRATION = new URL('../audit/migrations/0001_audit.sql', import.meta.url);
/** The date in `wrangler.toml`; a newer one than the installed workerd knows does not start. */
const COMPATIBILITY_DATE = '2026-07-30';

/**
 * Starts the Worker in workerd on this machine, with D1, Queues and Durable Objects, without any account.
 *
 * @throws Error when `miniflare` or `esbuild` (development dependencies) are not installed, or the port is taken.
 */
export async function startInWorkerd(options: WorkerdOptions): Promise<WorkerdReceiver> {
  const { Miniflare } = await importMiniflare();
  const script = await bundleWorker(options.entryFile ?? DEFAULT_ENTRY);
  const miniflare = withoutSignalHandlers(() => new Miniflare(miniflareOptions(options, script)));
  try {
    const url = (await miniflare.ready).origin;
    const database = (await miniflare.getD1Database('AUDIT', 'bridge')) as unknown as D1Database;
    await migrate(database);
    const store = createSqlAuditStore(createD1Sql(database));
    const queue = await miniflare.getQueueProducer('EVENTS', 'bridge');
    return {
      url,
      bundleBytes: Buffer.byteLength(script),
      auditRows: async (limit = 1_000) => (await store.latest(limit)).entries,
      deadLetters: () => readDeadLetters(miniflare),
      redeliver: async (message) => void (await queue.send(message, { contentType: 'v8' })),
      dispose: closeOnce(() => miniflare.dispose()),
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

async function importMiniflare(): Promise<{ Miniflare: typeof MiniflareInstance }> {
  try {
    return await import('miniflare');
  } catch (cause) {
    throw new Error('running the functions in workerd needs the development dependencies: run npm ci', {
      cause,
    });
  }
}

/**
 * Miniflare ends the process itself on SIGINT and SIGTERM. Whoever starts it here releases it, and decides on the exit
 * code; its hook on the process's exit stays, so that workerd never outlives us.
 */
function withoutSignalHandlers<T>(create: () => T): T {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const created = create();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.removeListener(signal, listener);
    }
  }
  return created;
}

/** The same bindings as in `wrangler.toml`. */
function miniflareOptions(options: WorkerdOptions, script: string): MiniflareOptions {
  const { port, host = '127.0.0.1', secrets, vars = {}, persistDir, onLog } = options;
  return {
    port,
    host,
    // Otherwise Miniflare fetches facts about this machine's address.
    cf: false,
    ...(persistDir === undefined ? {} : { defaultPersistRoot: persistDir }),
    // With braces: Miniflare refuses a callback that returns something.
    handleStructuredLogs: ({ message }: { message: string }) => {
      onLog?.(message);
    },
    workers: [
      {
        name: 'bridge',
        modules: true,
        script,
        compatibilityDate: COMPATIBILITY_DATE,
        bindings: { OFFHOOK_SIGNING_SECRET: secrets.join(' '), PAGE_OPEN: 'true', ...vars },
        d1Databases: { AUDIT: 'offhook-audit' },
        durableObjects: { CLAIMS: { className: 'Claims', useSQLite: true } },
        queueProducers: { EVENTS: 'offhook-events', DEAD_LETTERS: 'offhook-dead-letters' },
        queueConsumers: {
          'offhook-events': {
            maxBatchSize: 10,
            maxBatchTimeout: 0,
            maxRetries: 50,
            deadLetterQueue: 'offhook-dead-letters',
          },
        },
      },
      deadLetterWorker(COMPATIBILITY_DATE),
    ],
  };
}

async function migrate(database: D1Database): Promise<void> {
  const withoutComments = (await readFile(MIGRATION, 'utf8')).replace(/^--.*$/gm, '');
  const statements = withoutComments.split(';').filter((statement) => statement.trim() !== '');
  await database.batch(statements.map((statement) => database.prepare(statement)));
}
