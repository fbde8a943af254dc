import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { request } from 'undici';
import { startBenchWatcher } from './bench-watcher.ts';

/**
 * One start in a process of its own, because memory is measured at its highest.
 *
 * Arguments: `watcher` or `parse` (the floor), the API server's address, a directory for the journal.
 */
const [what = 'watcher', api = '', directory = ''] = process.argv.slice(2);

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
const startMs = performance.now();
if (what === 'parse') {
  await parsePages();
} else {
  // Nothing is delivered for a baseline: the receiver is never asked.
  const watcher = await startBenchWatcher({ api, receiver: 'http://127.0.0.1:9/', directory });
  await watcher.listed();
}
const ms = performance.now() - startMs;
process.send?.({ ms, longestBlockMs: delays.max / 1e6, peakMiB: peakMiB() });

/** The floor: the same list, page by page, parsed and dropped. */
async function parsePages(): Promise<void> {
  let token = '';
  do {
    const answer = await request(`${api}/api/v1/pods?limit=500${token && `&continue=${token}`}`);
    const page = JSON.parse(await answer.body.text());
    token = page.metadata.continue ?? '';
  } while (token !== '');
}

/** The most memory this process ever held: Linux keeps that; elsewhere what it holds now must do. */
function peakMiB(): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return Number(kib) / 1024;
  } catch {
    return process.memoryUsage.rss() / 1024 / 1024;
  }
}
