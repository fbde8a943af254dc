import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eachTestHasACluster, manifest, PODS } from './harness.ts';
import { readEvents, request, type WatchEvent, watchEvents } from './http.ts';

const test = eachTestHasACluster({ bookmarkIntervalMs: 60_000, jitter: () => 0 });
const EVENTS = '/api/v1/namespaces/default/events';

/** What a watch says until `seconds` have passed and the server has ended it. */
async function quiet(path: string, seconds: number): Promise<readonly WatchEvent[]> {
  const seen = readEvents(test.cluster.url, `${path}&timeoutSeconds=${seconds}`);
  while (test.cluster.api.openWatches() === 0) await new Promise(setImmediate);
  await test.clock.advanceTo(seconds * 1000);
  return await seen;
}

describe('a quiet watch', () => {
  it('of Events says nothing, as recorded: they have no watch cache, and so no bookmarks', async () => {
    const recording = readFileSync(
      new URL('../../fixtures/protocol/watch-events-quiet.http', import.meta.url),
      'utf8',
    );
    expect(recording).toContain('150.0 s with 0 bytes');
    const from = test.cluster.api.resourceVersion();
    const path = `${EVENTS}?watch=1&allowWatchBookmarks=true&resourceVersion=${from}`;
    expect(await quiet(path, 150)).toEqual([]);
  });

  it('of Pods gets its bookmarks', async () => {
    const from = test.cluster.api.resourceVersion();
    const seen = await quiet(`${PODS}?watch=1&allowWatchBookmarks=true&resourceVersion=${from}`, 150);
    expect(seen.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK', 'BOOKMARK']);
  });

  it('ends the initial events of Events with the one bookmark that was asked for', async () => {
    const path = `${EVENTS}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;
    const seen = await quiet(path, 150);
    expect(seen).toMatchObject([
      { type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } },
    ]);
  });

  it('from the future gets no bookmark of before it began, and none of what happens until then', async () => {
    const from = Number(test.cluster.api.resourceVersion()) + 20;
    const path = `${PODS}?watch=1&allowWatchBookmarks=true&resourceVersion=${from}&timeoutSeconds=150`;
    const seen: WatchEvent[] = [];
    const reading = (async () => {
      for await (const event of watchEvents(test.cluster.url, path)) seen.push(event);
    })();
    while (test.cluster.api.openWatches() === 0) await new Promise(setImmediate);
    await test.clock.advanceTo(61_000);
    expect(seen).toEqual([]);
    await request(test.cluster.url, 'POST', PODS, {
      body: manifest('web', { spec: { nodeSelector: { no: 'node' } } }),
    });
    await test.clock.advanceTo(100_000);
    expect(Number(test.cluster.api.resourceVersion())).toBeLessThan(from);
    await test.clock.advanceTo(150_000);
    await reading;
    expect(seen).toEqual([]);
  });
});
