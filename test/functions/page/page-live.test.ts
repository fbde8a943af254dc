import { describe, expect, it } from 'vitest';
import type { LiveData } from '../../../functions/page/model/page-api.ts';
import type { Timeline } from '../../../functions/timeline/timeline.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createAppOnSqlite, type Replaced } from '../support/app-on-sqlite.ts';
import { readEventStream } from '../support/event-stream.ts';
import { recordEvent, runOf } from '../support/record-event.ts';
import { postStart, sampleId } from '../support/sample-events.ts';

const idsOf = (data: LiveData | undefined) => data?.entries.map(({ eventId }) => eventId);
const names = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

async function createLive(replace: Replaced = {}) {
  const clock = createFakeClock(Date.UTC(2026, 10, 22, 15, 0, 0));
  const created = await createAppOnSqlite({ open: true }, { clock, ...replace });
  const open = async (path: string, headers: Record<string, string> = {}) => {
    const response = await created.app.request(path, { headers });
    return { response, stream: readEventStream(response) };
  };
  const record = (key: string, pod?: string) =>
    recordEvent(created.trail, postStart({ key, ...(pod && { pod }) }));
  return { ...created, clock, open, record };
}

/** Counts what is asked of the timeline. */
function counting(timeline: Timeline, count: () => void): Timeline {
  return {
    ...timeline,
    feed: (cursor, limit) => {
      count();
      return timeline.feed(cursor, limit);
    },
  };
}

describe('the live stream', () => {
  it('begins where the page ended, and tells each event and each run once', async () => {
    const { app, open, record, trail, clock } = await createLive();
    await record('old');
    const page = await (await app.request('/')).text();
    const { cursor } = JSON.parse(/id="first-view">(.*?)<\/script>/s.exec(page)?.[1] ?? '');
    const event = await record('new');
    const { response, stream } = await open(`/live?after=${cursor}`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(idsOf((await stream.next())?.data)).toEqual([sampleId('new')]);
    await trail.recordRun(runOf(event));
    await clock.advance(1_000);
    const ran = await stream.next();
    expect(ran?.data.entries.map(({ runs }) => runs.map(({ handler }) => handler))).toEqual([['cleanup']]);
    await stream.leave();
  });

  it('without a place begins now', async () => {
    const { open, record, clock } = await createLive();
    await record('old');
    const { stream } = await open('/live');
    await record('new');
    await clock.advance(1_000);
    expect(idsOf((await stream.next())?.data)).toEqual([sampleId('new')]);
    await stream.leave();
  });

  it('goes on where the reader has come to, neither losing nor repeating, however often it breaks off', async () => {
    const { open, record, clock } = await createLive();
    const told: string[] = [];
    let lastId = '0';
    for (const round of ['a', 'b', 'c']) {
      for (const key of names(3, round)) await record(key);
      const { stream } = await open('/live?after=0', { 'last-event-id': lastId });
      told.push(...(idsOf((await stream.next())?.data) ?? []));
      await record(`${round}-later`);
      await clock.advance(1_000);
      told.push(...(idsOf((await stream.next())?.data) ?? []));
      lastId = stream.lastId();
      await stream.leave();
      await record(`${round}-between`);
    }
    const expected = ['a', 'b', 'c'].flatMap((round) => [
      ...names(3, round),
      `${round}-later`,
      `${round}-between`,
    ]);
    expect(told).toEqual(expected.slice(0, -1).map(sampleId));
  });

  it('tells a filtered page the gaps of its cluster', async () => {
    const { open, trail } = await createLive();
    const podless = { hook: 'gap', namespace: null, pod: null, podUid: null, container: null };
    await recordEvent(trail, postStart({ key: 'gap' }), podless);
    await recordEvent(trail, postStart({ key: 'elsewhere' }), { ...podless, cluster: 'edge' });
    await recordEvent(trail, postStart({ key: 'start' }));
    for (const filter of ['namespace=none', 'pod=none', 'container=none']) {
      const { stream } = await open(`/live?after=0&cluster=prod-eu-1&${filter}`);
      expect([filter, idsOf((await stream.next())?.data)]).toEqual([filter, [sampleId('gap')]]);
      await stream.leave();
    }
  });

  it('tells only what fits the filters, and still moves on', async () => {
    const { open, record, clock } = await createLive();
    const { stream } = await open('/live?after=0&pod=web-2');
    for (const key of names(5, 'other')) await record(key, 'web-1');
    await record('wanted', 'web-2');
    await clock.advance(1_000);
    expect(idsOf((await stream.next())?.data)).toEqual([sampleId('wanted')]);
    await record('other-again', 'web-1');
    const ended = stream.next();
    await clock.advance(55_000);
    expect(await ended).toBeNull();
    const { stream: again } = await open(`/live?after=${stream.lastId()}`);
    await record('last');
    await clock.advance(1_000);
    expect(idsOf((await again.next())?.data)).toEqual([sampleId('last')]);
    await again.leave();
  });

  it('tells much at once without waiting in between', async () => {
    const { open, record, clock } = await createLive();
    for (const key of names(1_100, 'many')) await record(key);
    const { stream } = await open('/live?after=0');
    const parts = [await stream.next(), await stream.next()];
    expect(parts.flatMap((part) => idsOf(part?.data))).toHaveLength(1_100);
    expect(clock.nowMs()).toBe(Date.UTC(2026, 10, 22, 15, 0, 0));
    await stream.leave();
  });

  it('says every 15 s that it is there, and ends after 55 s for the reader to come again', async () => {
    const { open, clock } = await createLive();
    const { stream } = await open('/live?after=0');
    expect(await stream.block()).toEqual({ retry: '1000' });
    const ended = stream.next();
    await clock.advance(60_000);
    expect(await ended).toBeNull();
    expect(stream.raw().match(/^:$/gm)).toHaveLength(3);
    expect(clock.pending()).toEqual([]);
  });

  it('where nothing can be streamed tells what is new and ends', async () => {
    const { app, record } = await createLive({ liveMs: 0 });
    await record('new');
    const text = await (await app.request('/live?after=0')).text();
    expect(text).toMatch(/^retry: 1000\n\nevent: entries\nid: \d+\ndata: \{"entries":\[\{.*\}\]\}\n\n/);
  });

  it('stops asking at once when the reader goes away', async () => {
    const questions: number[] = [];
    const plain = await createLive();
    const timeline = counting(plain.timeline, () => questions.push(1));
    const { open, clock } = await createLive({ timeline });
    const { stream } = await open('/live?after=0');
    await stream.block();
    await clock.advance(3_000);
    const asked = questions.length;
    expect(asked).toBeGreaterThanOrEqual(3);
    await stream.leave();
    await clock.advance(10_000);
    expect([questions.length, clock.pending()]).toEqual([asked, []]);
  });

  it('ends at once when the server closes', async () => {
    const stop = new AbortController();
    const { open, clock } = await createLive({ stop: stop.signal });
    const { stream } = await open('/live?after=0');
    await stream.block();
    stop.abort();
    expect(await stream.next()).toBeNull();
    expect(clock.pending()).toEqual([]);
  });

  it('is cut off under a reader that takes nothing', async () => {
    const { app, record, clock } = await createLive();
    await record('a');
    const response = await app.request('/live?after=0');
    await clock.advance(60_000);
    expect(await response.text()).toBe('retry: 1000\n\n');
    expect(clock.pending()).toEqual([]);
  });

  it('serves 32 readers; the next one is told when to come, and comes in when one has left', async () => {
    const { open, app, clock } = await createLive();
    const streams = [];
    for (let index = 0; index < 32; index += 1) streams.push((await open('/live?after=0')).stream);
    const refused = await app.request('/live?after=0');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await refused.json()).toMatchObject({ error: 'too_many_streams' });
    await streams[0]?.leave();
    await clock.advance(0);
    const { response, stream } = await open('/live?after=0');
    expect(response.status).toBe(200);
    for (const each of [stream, ...streams]) await each.leave();
  });

  it('that cannot read the store ends, says so in the log, and can be taken up again', async () => {
    const plain = await createLive();
    let broken = false;
    const timeline: Timeline = {
      ...plain.timeline,
      feed: (cursor, limit) =>
        broken ? Promise.reject(new Error('disk on fire')) : plain.timeline.feed(cursor, limit),
    };
    const { open, clock, lines } = await createLive({ timeline });
    const { stream } = await open('/live?after=0');
    await stream.block();
    broken = true;
    await clock.advance(1_000);
    expect(await stream.next()).toBeNull();
    expect(lines.join()).toContain('disk on fire');
  });

  it.each([
    ['that is a word', 'abc'],
    ['before the beginning', '-1'],
    ['of an earlier version', '1-1'],
    ['after the end', '99'],
    ['with a space', 'a b'],
    ['that is too long', '1'.repeat(1_001)],
  ])('refuses a place %s', async (_, place) => {
    const { app } = await createLive();
    for (const response of [
      await app.request(`/live?after=${encodeURIComponent(place)}`),
      await app.request('/live?after=0', { headers: { 'last-event-id': place } }),
    ]) {
      expect([response.status, await response.json()]).toMatchObject([400, { parameter: 'after' }]);
    }
  });

  it('asked for by HEAD holds nothing open', async () => {
    const { app, clock } = await createLive();
    expect((await app.request('/live', { method: 'HEAD' })).status).toBe(200);
    expect(clock.pending()).toEqual([]);
  });
});
