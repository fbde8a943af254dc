import { expect, it, onTestFinished } from 'vitest';
import { startApiServer } from '../../../bench/outside/api-server.ts';
import { startReceiver } from '../../../bench/outside/receiver.ts';
import { line, podRenderer } from '../../../bench/pods/watch-bytes.ts';
import { imageStart } from '../../../bench/rows/image-start.ts';
import { connectGarbageCollector, type GarbageCollector } from '../../support/garbage-collector.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { until } from '../../support/until.ts';
import { healthOf, untilReady, writeWatchConfig } from '../../support/watch-config.ts';

/** Half a minute in every run; `OFFHOOK_SOAK_MINUTES=30` looks for what leaks slowly. */
const MINUTES = Number(process.env.OFFHOOK_SOAK_MINUTES ?? 0.5);
const STANDING_PODS = 100;
/** Pods that come, run, end and go in one round; each means two events. */
const PODS_A_ROUND = 50;
/** By then all code is compiled that will be. */
const WARM_SHARE = 0.3;
/**
 * Growth, after a collection. One that keeps two short strings of each Pod makes 2 MiB in a minute at some hundred events a
 * second. In the first minute code is still compiled: the faster the machine, the more of it falls between the two looks.
 */
const MOST_HEAP_MIB = MINUTES < 2 ? 3 : 1.5;
const MOST_RESIDENT_MIB = 8;
const MIB = 2 ** 20;

type Sample = { readonly heapMiB: number; readonly residentMiB: number };

it('holds no more memory after many Pods have come and gone than after few', {
  timeout: MINUTES * 60_000 + 120_000,
  retry: 0,
}, async () => {
  const api = await startApiServer(STANDING_PODS, 'stream');
  let received = 0;
  const receiver = await startReceiver(() => {
    received += 1;
    return 0;
  });
  const directory = temporaryDirectory();
  const { file, env } = writeWatchConfig(directory, {
    receivers: { soak: receiver.url },
    // Small, so that old events are removed meanwhile, too.
    maxBytes: '32MiB',
    extra: 'watch:\n  kubeletEvents: false\n',
  });
  const image = imageStart();
  const watcher = startOffhook(['watch', '--config', file, '--server', api.url], {
    env: { ...image.env, ...env },
    nodeFlags: [...image.flags, '--inspect=127.0.0.1:0'],
  });
  const [, inspector = ''] = await watcher.says(/Debugger listening on (ws:\S+)/);
  const garbage = await connectGarbageCollector(inspector);
  onTestFinished(garbage.close);
  await untilReady(watcher);
  const health = await healthOf(watcher);

  const lives = podLives();
  const startMs = performance.now();
  const share = () => (performance.now() - startMs) / (MINUTES * 60_000);
  let expected = 0;
  let early: Sample | null = null;
  while (share() < 1) {
    for (let pod = 0; pod < PODS_A_ROUND; pod += 1) {
      const { bytes, resourceVersion } = lives();
      api.write(bytes, resourceVersion);
    }
    expected += 2 * PODS_A_ROUND;
    await until(`${expected} deliveries`, () => received >= expected, 60_000);
    if (early === null && share() > WARM_SHARE) early = await sampleOf(health, garbage);
  }
  const late = await sampleOf(health, garbage);
  if (early === null) throw new Error('it was over before it was warm');
  console.log(`${received} events; ${told(early)} early, ${told(late)} at the end`);
  expect(expected).toBeGreaterThan(20 * PODS_A_ROUND);
  expect(received).toBe(expected);
  expect(late.heapMiB - early.heapMiB).toBeLessThan(MOST_HEAP_MIB);
  expect(late.residentMiB - early.residentMiB).toBeLessThan(MOST_RESIDENT_MIB);
});

/** Each call tells of another Pod: it comes running, its container ends, and it goes. */
function podLives(): () => { readonly bytes: string; readonly resourceVersion: number } {
  const render = podRenderer();
  let index = STANDING_PODS;
  let resourceVersion = STANDING_PODS + 1;
  const state = (phase: 'running' | 'ended') => {
    resourceVersion += 1;
    return render({ index, resourceVersion, run: 0, phase, ready: true, revision: 0 });
  };
  return () => {
    index += 1;
    const running = line('ADDED', state('running'));
    const ended = line('MODIFIED', state('ended'));
    const gone = line('DELETED', state('ended'));
    return { bytes: running + ended + gone, resourceVersion };
  };
}

async function sampleOf(health: string, garbage: GarbageCollector): Promise<Sample> {
  await garbage.collect();
  const page = await (await fetch(`${health}/metrics`)).text();
  const of = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1]) / MIB;
  return { heapMiB: of('nodejs_heap_size_used_bytes'), residentMiB: of('process_resident_memory_bytes') };
}

function told({ heapMiB, residentMiB }: Sample): string {
  return `${heapMiB.toFixed(1)} MiB of heap and ${residentMiB.toFixed(1)} MiB resident`;
}
