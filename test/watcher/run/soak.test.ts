import { expect, it } from 'vitest';
import { startApiServer } from '../../../bench/outside/api-server.ts';
import { startReceiver } from '../../../bench/outside/receiver.ts';
import { line, podRenderer } from '../../../bench/pods/watch-bytes.ts';
import { imageStart } from '../../../bench/rows/image-start.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { until } from '../../support/until.ts';
import { healthOf, untilReady, writeWatchConfig } from '../../support/watch-config.ts';

/** A minute in every run; `OFFHOOK_SOAK_MINUTES=30` looks for what leaks slowly. */
const MINUTES = Number(process.env.OFFHOOK_SOAK_MINUTES ?? 1);
const STANDING_PODS = 100;
/** Pods that come, run, end and go in one round; each means two events. */
const PODS_A_ROUND = 50;
/** Growth. Without a leak it is 0.3 MiB; one that keeps two short strings of each Pod makes 2 MiB in a minute. */
const MOST_HEAP_MIB = 1;
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
    nodeFlags: image.flags,
  });
  await untilReady(watcher);
  const health = await healthOf(watcher);

  const lives = podLives();
  const samples: Sample[] = [];
  const startMs = performance.now();
  let expected = 0;
  while (performance.now() - startMs < MINUTES * 60_000) {
    for (let pod = 0; pod < PODS_A_ROUND; pod += 1) api.write(lives());
    expected += 2 * PODS_A_ROUND;
    await until(`${expected} deliveries`, () => received >= expected, 60_000);
    samples.push(await sampleOf(health));
  }
  // By then all code is compiled that will be.
  const fifth = Math.floor(samples.length / 5);
  const early = lowest(samples.slice(fifth, 2 * fifth));
  const late = lowest(samples.slice(-fifth));
  console.log(
    `${received} events; at their lowest ${told(early)} in the second fifth, ${told(late)} in the last`,
  );
  expect(samples.length).toBeGreaterThan(20);
  expect(received).toBe(expected);
  expect(late.heapMiB - early.heapMiB).toBeLessThan(MOST_HEAP_MIB);
  expect(late.residentMiB - early.residentMiB).toBeLessThan(MOST_RESIDENT_MIB);
});

/** Each call tells of another Pod: it comes running, its container ends, and it goes. */
function podLives(): () => string {
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
    return running + ended + line('DELETED', state('ended'));
  };
}

async function sampleOf(health: string): Promise<Sample> {
  const page = await (await fetch(`${health}/metrics`)).text();
  const of = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1]) / MIB;
  return { heapMiB: of('nodejs_heap_size_used_bytes'), residentMiB: of('process_resident_memory_bytes') };
}

/** As after a collection: what lies above it is garbage, and says nothing. */
function lowest(samples: readonly Sample[]): Sample {
  return {
    heapMiB: Math.min(...samples.map(({ heapMiB }) => heapMiB)),
    residentMiB: Math.min(...samples.map(({ residentMiB }) => residentMiB)),
  };
}

function told({ heapMiB, residentMiB }: Sample): string {
  return `${heapMiB.toFixed(1)} MiB of heap and ${residentMiB.toFixed(1)} MiB resident`;
}
