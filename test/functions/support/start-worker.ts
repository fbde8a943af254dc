import { bundleWorker, type WorkerBundle } from '../../../functions/build/bundle-worker.ts';
import {
  startInWorkerd,
  WORKER_ENTRY,
  type WorkerdOptions,
  type WorkerdReceiver,
} from '../../../functions/platforms/cloudflare/local/miniflare.ts';

const bundles = new Map<string, Promise<WorkerBundle>>();

/** Starts a Worker in workerd, bundled once for all tests of this process. */
export async function startWorker(options: WorkerdOptions): Promise<WorkerdReceiver> {
  return startInWorkerd({ ...options, bundle: await bundledOnce(options.entryFile ?? WORKER_ENTRY) });
}

/** A Worker as it is deployed, bundled once for all tests of this process. */
export function bundledOnce(entryFile: string): Promise<WorkerBundle> {
  const bundle = bundles.get(entryFile) ?? bundleWorker(entryFile);
  bundles.set(entryFile, bundle);
  return bundle;
}
