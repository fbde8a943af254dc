import { fileURLToPath } from 'node:url';
import type { D1Database } from '@cloudflare/workers-types';
import type {
  Miniflare as MiniflareInstance,
  MiniflareOptions,
  Response as MiniflareResponse,
} from 'miniflare';
import { closeOnce } from '../../../../settings/ambient/close-once.ts';
import { createSqlTimeline } from '../../../audit/sql/sql-timeline.ts';
import { bundleWorker, type WorkerBundle } from '../../../build/bundle-worker.ts';
import { newestEntries } from '../../../timeline/newest-entries.ts';
import type { SenderAttempt } from '../../../timeline/sender-attempts.ts';
import type { TimelineEntry } from '../../../timeline/timeline.ts';
import { createD1Sql } from '../d1-sql.ts';
import { answerAttempts } from './answer-attempts.ts';
import { applyMigrations } from './apply-migrations.ts';
import { bridgeWorker, COMPATIBILITY_DATE } from './bridge-worker.ts';
import { collectOften } from './collect-often.ts';
import { type DeadLetterFacts, deadLetterWorker, readDeadLetters } from './dead-letter-worker.ts';

/**
 * @property port 0 takes a free one.
 * @property secrets `whsec_…` or `whpk_…`, the current and the previous ones.
 * @property vars further variables, for example `CLEANUP_URL`, or `PAGE_OPEN: 'false'` to hide the page.
 * @property persistDir keeps claims and audit rows across restarts. Queued messages live in memory all the same:
 *   an event that was stored but not handled is lost with the process, unlike on Cloudflare.
 * @property entryFile another Worker module than `worker.ts`, for example one with other handlers; it must export
 *   `Claims` and `createWorker(…)` as default.
 * @property bundle what `entryFile` was bundled to, for who starts one Worker many times.
 * @property attempts what the watcher on this machine did to deliver an event, for the page; null where it does not remember.
 * @property collectsOften garbage is collected long before workerd would do so by itself. What is to run for hours beside other
 *   work, and does little, stays as large as it is; what is measured or under load had better go without.
 * @property onLog receives each line of the Worker's own (JSON) log.
 */
export type WorkerdOptions = {
  readonly port: number;
  readonly host?: string;
  readonly secrets: readonly string[];
  readonly vars?: Readonly<Record<string, string>>;
  readonly persistDir?: string;
  readonly entryFile?: string;
  readonly bundle?: WorkerBundle;
  readonly attempts?: (eventId: string) => readonly SenderAttempt[] | null;
  readonly collectsOften?: boolean;
  readonly onLog?: (line: string) => void;
};

export type WorkerdReceiver = {
  /** For example `http://127.0.0.1:8787`; events go to `/events` below it. */
  readonly url: string;
  /** Size of the Worker's module as deployed: minified, in bytes. */
  readonly bundleBytes: number;
  /** The newest events with their runs, oldest first. */
  auditRows(limit?: number): Promise<readonly TimelineEntry[]>;
  /** What ended in the dead-letter queue, oldest first. */
  deadLetters(): Promise<readonly DeadLetterFacts[]>;
  /** Puts a message into the queue without the receiver: what Cloudflare does with one that was never settled. */
  redeliver(message: { readonly body: Uint8Array; readonly receivedAtMs: number }): Promise<void>;
  /** Does what the cron trigger does, and gives the keys of all audit checkpoints. */
  runCron(): Promise<readonly string[]>;
  dispose(): Promise<void>;
};

/** The Worker that is deployed. */
export const WORKER_ENTRY = fileURLToPath(new URL('../worker.ts', import.meta.url));

/**
 * Starts the Worker in workerd on this machine, with D1, Queues and Durable Objects, without any account.
 *
 * @throws Error when `miniflare` or `esbuild` (development dependencies) are not installed, or the port is taken.
 */
export async function startInWorkerd(options: WorkerdOptions): Promise<WorkerdReceiver> {
  const { Miniflare, Response } = await importMiniflare();
  if (options.collectsOften) collectOften();
  const bundle = options.bundle ?? (await bundleWorker(options.entryFile ?? WORKER_ENTRY));
  const miniflare = withoutSignalHandlers(() => new Miniflare(miniflareOptions(options, bundle, Response)));
  try {
    const url = (await miniflare.ready).origin;
    const database = (await miniflare.getD1Database('AUDIT', 'bridge')) as unknown as D1Database;
    await applyMigrations(database);
    const timeline = createSqlTimeline(createD1Sql(database));
    const queue = await miniflare.getQueueProducer('EVENTS', 'bridge');
    return {
      url,
      bundleBytes: Buffer.byteLength(bundle.script),
      auditRows: (limit = 1_000) => newestEntries(timeline, limit),
      deadLetters: () => readDeadLetters(miniflare),
      redeliver: async (message) => void (await queue.send(message, { contentType: 'v8' })),
      runCron: async () => {
        const worker = await miniflare.getWorker('bridge');
        const { outcome } = await worker.scheduled({ cron: '7 * * * *' });
        if (outcome !== 'ok') throw new Error(`the cron trigger ended with ${outcome}; the log says why`);
        const bucket = await miniflare.getR2Bucket('CHECKPOINTS', 'bridge');
        return (await bucket.list()).objects.map(({ key }) => key);
      },
      dispose: closeOnce(() => miniflare.dispose()),
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

async function importMiniflare(): Promise<{
  Miniflare: typeof MiniflareInstance;
  Response: typeof MiniflareResponse;
}> {
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

function miniflareOptions(
  options: WorkerdOptions,
  bundle: WorkerBundle,
  Response: typeof MiniflareResponse,
): MiniflareOptions {
  const { port, host = '127.0.0.1', secrets, vars = {}, persistDir, attempts, onLog } = options;
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
        ...bridgeWorker(bundle, { OFFHOOK_SIGNING_SECRET: secrets.join(' '), PAGE_OPEN: 'true', ...vars }),
        ...(attempts && { serviceBindings: { WATCHER: answerAttempts(attempts, Response) } }),
      },
      deadLetterWorker(COMPATIBILITY_DATE),
    ],
  };
}
