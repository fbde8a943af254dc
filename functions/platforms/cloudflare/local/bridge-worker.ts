import type { WorkerOptions } from 'miniflare';
import type { WorkerBundle } from '../../../build/bundle-worker.ts';
import { PAGE_ASSETS_FILE } from '../../../build/page-assets/separate-page-assets.ts';

/** The date in `wrangler.toml`; a newer one than the installed workerd knows does not start. */
export const COMPATIBILITY_DATE = '2026-07-30';

/** Those in `wrangler.toml`. */
const COMPATIBILITY_FLAGS = ['nodejs_als'];

/** What of a bundle is uploaded. */
type Deployed = Pick<WorkerBundle, 'script' | 'pageAssets'>;

/**
 * The Worker with the bindings of `wrangler.toml`, for Miniflare. A test compares the two.
 *
 * @param variables texts in `env`: `[vars]` and secrets.
 */
export function bridgeWorker(bundle: Deployed, variables: Readonly<Record<string, string>>) {
  return {
    name: 'bridge',
    modules: modulesOf(bundle),
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: COMPATIBILITY_FLAGS,
    bindings: { ...variables },
    d1Databases: { AUDIT: 'offhook-audit' },
    r2Buckets: { CHECKPOINTS: 'offhook-checkpoints' },
    durableObjects: { CLAIMS: { className: 'Claims', useSQLite: true } },
    queueProducers: {
      EVENTS: { queueName: 'offhook-events' },
      DEAD_LETTERS: { queueName: 'offhook-dead-letters' },
    },
    queueConsumers: {
      'offhook-events': {
        maxBatchSize: 10,
        maxBatchTimeout: 0,
        maxRetries: 50,
        deadLetterQueue: 'offhook-dead-letters',
      },
    },
  } satisfies WorkerOptions;
}

function modulesOf({ script, pageAssets }: Deployed) {
  const main = { type: 'ESModule', path: 'worker.js', contents: script } as const;
  if (pageAssets === null) return [main];
  return [main, { type: 'Data', path: PAGE_ASSETS_FILE, contents: pageAssets } as const];
}
