import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createLoginPath } from '../../../functions/access/token/login-link.ts';
import type { EventAnswer, FirstView } from '../../../functions/page/model/page-api.ts';
import { loadPageAssets } from '../../../functions/page/page-assets.ts';
import { readEventStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { type Bridge, PLATFORMS } from '../support/platforms.ts';
import { startProbe } from '../support/probe.ts';
import { postStart } from '../support/sample-events.ts';
import { SAMPLE_TRACEPARENT } from '../support/sample-traceparent.ts';
import { deliver, deliverWith } from '../support/signed-post.ts';

const TOKEN = 'a-long-enough-page-token';

describe.each(PLATFORMS)('the page on $platform', ({ start, streams }) => {
  let bridge: Bridge | undefined;
  afterEach(() => bridge?.close());

  const startWith = async (vars: Readonly<Record<string, string>>) => {
    bridge = await start(vars);
    return bridge;
  };

  const openPage = async (url: string) => {
    const page = await fetch(url);
    const json = /id="first-view">(.*?)<\/script>/s.exec(await page.text())?.[1] ?? '';
    return {
      view: JSON.parse(json) as FirstView,
      cookie: page.headers.get('set-cookie')?.split(';')[0] ?? '',
    };
  };

  /** Waits until that many runs of the event are recorded. */
  const runsOf = async (eventId: string, count: number) => {
    const rows = await eventually(
      async () => (await bridge?.auditRows()) ?? [],
      (all) => (all.find((row) => row.eventId === eventId)?.runs.length ?? 0) >= count,
    );
    const runs = rows.find((row) => row.eventId === eventId)?.runs ?? [];
    return runs.map(({ handler, attempt, outcome }) => `${handler} ${attempt} ${outcome}`).sort();
  };

  it('lets a browser in by a one-time link, once, and gives it its two files', async () => {
    const { url } = await startWith({ PAGE_TOKEN: TOKEN });
    expect((await fetch(url)).status).toBe(401);
    const link = url + (await createLoginPath(TOKEN, Date.now()));
    const entered = await fetch(link, { redirect: 'manual' });
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(await (await fetch(url, { headers: { cookie } })).text()).toContain('Waiting for the first event');
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(401);
    const { script, style } = await loadPageAssets();
    expect(await (await fetch(`${url}/page.js`)).text()).toBe(script);
    expect(await (await fetch(`${url}/page.css`)).text()).toBe(style);
  });

  it('is not open to pages that let their own name point to this machine', async () => {
    const { url } = await startWith({ PROBE_URL: 'http://127.0.0.1:9' });
    const statusFor = (host: string) =>
      new Promise<number>((resolve, reject) => {
        const asking = request(url, { headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        asking.on('error', reject).end();
      });
    expect([await statusFor('localhost'), await statusFor('evil.example')]).toEqual([200, 403]);
  });

  it.skipIf(!streams)('tells what happens as it happens, and goes on after a break', async () => {
    const probe = await startProbe();
    const { url } = await startWith({ PROBE_URL: probe.url });
    const { view } = await openPage(url);
    const first = readEventStream(await fetch(`${url}/live?after=${view.cursor}`));
    await first.block();
    const [before, between] = [postStart({ key: 'before' }), postStart({ key: 'between' })];
    await deliver(url, before);
    expect((await first.next())?.data.entries.map(({ eventId }) => eventId)).toEqual([before.id]);
    await runsOf(before.id, 3);
    await first.leave();
    await deliver(url, between);
    await runsOf(between.id, 3);
    const headers = { 'last-event-id': first.lastId() };
    const second = readEventStream(await fetch(`${url}/live?after=${view.cursor}`, { headers }));
    const told = (await second.next())?.data.entries ?? [];
    expect(told.map(({ eventId }) => eventId)).toContain(between.id);
    expect(told.find(({ eventId }) => eventId === between.id)?.runs).toHaveLength(3);
    await second.leave();
  });

  it('tells everything to a reader that comes again from where it was, also where nothing streams', async () => {
    const probe = await startProbe();
    const { url } = await startWith({ PROBE_URL: probe.url });
    const { view } = await openPage(url);
    let lastId = view.cursor;
    /** Reads, as a browser does, until the event is told with so many runs; says which events were told. */
    const readUntil = async (eventId: string, runs: number) => {
      const told = new Set<string>();
      for (;;) {
        const headers = { 'last-event-id': lastId };
        const stream = readEventStream(await fetch(`${url}/live?after=${view.cursor}`, { headers }));
        for (let part = await stream.next(); part !== null; part = await stream.next()) {
          for (const entry of part.data.entries) told.add(entry.eventId);
          lastId = stream.lastId();
          if (part.data.entries.some((entry) => entry.eventId === eventId && entry.runs.length >= runs)) {
            await stream.leave();
            return [...told];
          }
        }
        lastId = stream.lastId() || lastId;
      }
    };
    const [first, second] = [postStart({ key: 'first' }), postStart({ key: 'second' })];
    await deliver(url, first);
    expect(await readUntil(first.id, 3)).toEqual([first.id]);
    // An event is told again with each of its runs, so the first one may come along.
    await deliver(url, second);
    expect(await readUntil(second.id, 3)).toContain(second.id);
  });

  it('runs a handler that gave up again, from its first try, and no other one', async () => {
    const probe = await startProbe({ '/shaky': [500, 500, 500, 503, 200] });
    const { url } = await startWith({ PROBE_URL: probe.url });
    const event = postStart({ key: 'poison' });
    await deliverWith(url, event, { traceparent: SAMPLE_TRACEPARENT });
    expect(await runsOf(event.id, 5)).toContain('shaky 3 givenUp');
    const { view, cookie } = await openPage(url);
    const path = `${url}/events/${event.id}/handlers/shaky/run`;
    const own = { cookie, origin: new URL(url).origin, 'x-csrf-token': view.csrfToken };
    const foreign = { ...own, origin: 'https://evil.example' };
    expect((await fetch(path, { method: 'POST', headers: foreign })).status).toBe(403);
    expect((await fetch(path, { method: 'POST', headers: own })).status).toBe(202);
    expect(await runsOf(event.id, 7)).toEqual([
      'audit 1 completed',
      'shaky 1 failed',
      'shaky 2 failed',
      'shaky 3 givenUp',
      'shaky 4 failed',
      'shaky 5 completed',
      'steady 1 completed',
    ]);
    expect([probe.attempts('/steady'), probe.attempts('/shaky')]).toEqual([[1], [1, 2, 3, 4, 5]]);
    // What runs again does so because somebody asked, not in the trace of the delivery.
    const traced = probe.requests('/shaky').map(({ headers }) => headers.traceparent);
    expect(traced).toEqual([
      SAMPLE_TRACEPARENT,
      SAMPLE_TRACEPARENT,
      SAMPLE_TRACEPARENT,
      undefined,
      undefined,
    ]);
    const answer = (await (await fetch(`${url}/events/${event.id}.json`)).json()) as EventAnswer;
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ id: event.id });
    expect(answer.deliveries).toMatchObject({ count: 1 });
  });
});
