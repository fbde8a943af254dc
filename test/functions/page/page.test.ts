import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EventAnswer, FirstView, WindowAnswer } from '../../../functions/page/model/page-api.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { createAppOnSqlite, NOTHING_KEPT } from '../support/app-on-sqlite.ts';
import { recordEvent, runOf } from '../support/record-event.ts';
import { postStart, postStop, type Sample, sampleId } from '../support/sample-events.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const clock = createWallClock(() => NOW);
const SCRIPT_LIMIT_BYTES = 60_000;

type App = Awaited<ReturnType<typeof createAppOnSqlite>>['app'];

const createOpenApp = () => createAppOnSqlite({ open: true }, { clock });
const textOf = async (app: App, path = '/') => (await app.request(path)).text();
const jsonOf = async <T>(app: App, path: string) => (await (await app.request(path)).json()) as T;
const idsOf = (entries: readonly { readonly eventId: string }[]) => entries.map(({ eventId }) => eventId);
const start = (key: string, sample: Partial<Sample> = {}) =>
  postStart({ key, timeMs: NOW - 60_000, ...sample });

async function firstViewOf(app: App, path = '/'): Promise<FirstView> {
  const json = /<script type="application\/json" id="first-view">(.*?)<\/script>/s.exec(
    await textOf(app, path),
  )?.[1];
  return JSON.parse(json ?? '');
}

describe('the page', () => {
  it('is complete without its script: the newest runs as a table', async () => {
    const { app, trail } = await createOpenApp();
    const sample = { key: 'a', timeMs: NOW - 60_000 };
    const stopped = await recordEvent(trail, postStop(sample, 137, 'OOMKilled'));
    await trail.recordRun(runOf(stopped, { outcome: 'givenUp', error: 'answered 503' }));
    await recordEvent(trail, start('b', { pod: 'web-2' }));
    const rows = (await textOf(app))
      .match(/<tr>.*?<\/tr>/gs)
      ?.map((row) => row.replace(/<[^>]*>/g, ' ').trim());
    expect(rows?.[0]).toMatch(/^Outcome +Pod +Container +Namespace/);
    expect(rows?.slice(1).sort()).toEqual([
      expect.stringMatching(/^out of memory, exit 137.* web-1 +app +shop .*handler given up$/),
      expect.stringMatching(/^running +web-2 +app +shop .*14:59:00/),
    ]);
  });

  it('begins with the last six hours, and with everything its script needs to go on', async () => {
    const { app, trail } = await createOpenApp();
    for (let index = 0; index < 220; index += 1) {
      await recordEvent(
        trail,
        start(`recent-${index}`, { pod: `web-${index}`, timeMs: NOW - index * 1_000 }),
      );
    }
    await recordEvent(trail, start('earlier', { pod: 'earlier', timeMs: NOW - 7 * HOUR }));
    const view = await firstViewOf(app);
    expect(view).toMatchObject({ nowMs: NOW, fromMs: NOW - 6 * HOUR, next: null });
    expect(view.csrfToken).toMatch(/^[0-9a-f]{64}$/);
    expect(view.entries).toHaveLength(220);
    expect(view.entries[0]?.eventId).toBe(sampleId('recent-0'));
    // What began before the window but runs still is there, too.
    expect(idsOf(view.running)).toContain(sampleId('earlier'));
    const { entries } = await jsonOf<WindowAnswer>(app, `/timeline.json?from=${view.fromMs}&to=${view.toMs}`);
    expect(idsOf(entries)).toEqual(idsOf(view.entries));
  });

  it('shows at most 400 events at first, and where to go on', async () => {
    const { app, trail } = await createOpenApp();
    for (let index = 0; index < 450; index += 1) {
      await recordEvent(trail, start(`many-${index}`, { pod: `web-${index}`, timeMs: NOW - index * 1_000 }));
    }
    const { entries, next, fromMs, toMs } = await firstViewOf(app);
    expect(entries).toHaveLength(400);
    const rest = await jsonOf<WindowAnswer>(app, `/timeline.json?from=${fromMs}&to=${toMs}&after=${next}`);
    expect(new Set(idsOf([...entries, ...rest.entries])).size).toBe(450);
  });

  it('goes back further where little happened, and says from when on it is complete', async () => {
    const { app, trail } = await createOpenApp();
    await recordEvent(trail, start('old', { timeMs: NOW - 240 * HOUR }));
    await recordEvent(trail, start('ancient', { timeMs: NOW - 800 * HOUR }));
    const { entries, fromMs } = await firstViewOf(app);
    expect([idsOf(entries), fromMs]).toEqual([[sampleId('old')], NOW - 240 * HOUR]);
  });

  it('honours the filters of its own address', async () => {
    const { app, trail } = await createOpenApp();
    await recordEvent(trail, start('a', { pod: 'web-1', namespace: 'shop' }));
    await recordEvent(trail, start('b', { pod: 'web-2', namespace: 'shop' }));
    const path = '/?namespace=shop&pod=web-2&container=&cluster=prod-eu-1';
    const view = await firstViewOf(app, path);
    expect([idsOf(view.entries), idsOf(view.running)]).toEqual([[sampleId('b')], [sampleId('b')]]);
    expect(await textOf(app, path)).toContain('name="pod" value="web-2"');
    expect(await textOf(app, '/?pod=nobody')).toContain('Nothing fits these filters');
    expect(await textOf(app, '/?pod=web-2&outcome=completed')).not.toContain('<td>web-2</td>');
  });

  it('says what to do while there is nothing to show', async () => {
    const { app } = await createOpenApp();
    expect(await textOf(app)).toContain(
      '<section id="empty" class="notice" ><h2>Waiting for the first event',
    );
  });

  it('escapes whatever comes from a cluster, a handler or an address', async () => {
    const { app, trail } = await createOpenApp();
    const attack = `</script><!--<script>"><img src=x onerror=alert(1)>'&\u2028\u2029`;
    const hostile = await recordEvent(trail, start('a'), {
      ...{ namespace: attack, pod: attack, container: attack, owner: attack, node: attack, cluster: attack },
      ...{ hook: attack, reason: attack, observation: attack, containerKind: attack },
    });
    await trail.recordRun(runOf(hostile, { handler: attack, outcome: 'failed', error: attack }));
    for (const path of [
      '/',
      `/?pod=${encodeURIComponent(attack)}`,
      `/?cluster=${encodeURIComponent(attack)}`,
    ]) {
      const text = await textOf(app, path);
      expect(text).not.toMatch(/<img|<!--/);
      expect(text.match(/<script/g)).toHaveLength(2);
      expect(text.match(/<\/script/g)).toHaveLength(2);
      expect(text).not.toMatch(/id="first-view">[^<]*[\u2028\u2029]/);
    }
    const view = await firstViewOf(app);
    expect([view.entries[0]?.pod, view.entries[0]?.runs[0]?.error]).toEqual([attack, attack]);
  });
});

describe('every answer', () => {
  const PATHS = ['/', '/timeline.json', '/running.json', '/live', '/events/x.json', '/page.js', '/page.css'];

  it.each(PATHS)('%s lets the browser run and load nothing but our own files', async (path) => {
    const { app } = await createAppOnSqlite({ open: true }, { clock, liveMs: 0 });
    const { headers } = await app.request(path, { headers: { origin: 'https://evil.example' } });
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it('the page itself has no style or script of its own', async () => {
    const { app } = await createOpenApp();
    expect(await textOf(app)).not.toMatch(/<style|<script>|\sstyle=|\son[a-z]+=/);
  });

  it('the script is one the engine can read, and small', async () => {
    const { app } = await createOpenApp();
    const response = await app.request('/page.js');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    const script = await response.text();
    const packed = gzipSync(script).byteLength;
    console.info(`page.js: ${script.length} characters, ${packed} bytes compressed`);
    expect(() => new Function(script)).not.toThrow();
    expect(packed).toBeLessThan(SCRIPT_LIMIT_BYTES);
    expect((await app.request('/page.css')).headers.get('content-type')).toBe('text/css; charset=utf-8');
  });
});

const ATTEMPT = {
  ...{ subscription: 'workerd', attempt: 1, outcome: 'retry', status: 503, reason: 'http 503' },
  ...{ endedAtMs: NOW - 2_000, durationMs: 12, retryInMs: 500 },
};

describe('the data', () => {
  it('of a window comes newest first, in parts that together are all of it', async () => {
    const { app, trail } = await createOpenApp();
    for (let index = 0; index < 5; index += 1) {
      await recordEvent(trail, start(`e${index}`, { timeMs: NOW - index * 1_000, pod: `web-${index}` }));
    }
    const ids: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const after = next === '' ? '' : `&after=${next}`;
      const part: WindowAnswer = await jsonOf(
        app,
        `/timeline.json?from=${NOW - 3_000}&to=${NOW}&limit=2${after}`,
      );
      ids.push(...idsOf(part.entries));
      next = part.next;
    }
    expect(ids).toEqual(['e1', 'e2', 'e3'].map(sampleId));
  });

  it('of what runs leaves out what has ended', async () => {
    const { app, trail } = await createOpenApp();
    await recordEvent(trail, start('ended', { pod: 'web-1' }));
    await recordEvent(trail, postStop({ key: 'end', pod: 'web-1', timeMs: NOW - 1_000 }, 0, 'Completed'));
    await recordEvent(trail, start('running', { pod: 'web-2' }));
    expect(idsOf((await jsonOf<WindowAnswer>(app, '/running.json')).entries)).toEqual([sampleId('running')]);
    expect(await jsonOf(app, '/running.json?pod=web-1')).toEqual({ entries: [] });
  });

  it('of an event is its bytes, its verified headers, its deliveries and its runs', async () => {
    const { app, trail, claims } = await createOpenApp();
    const event = start('a');
    const recorded = await recordEvent(trail, event);
    await trail.recordRun(runOf(recorded));
    const key = { source: event.source, eventId: event.id, partitionKey: event.partitionkey };
    await claims.add(key, NOW - 2_000);
    await claims.repeats(key, NOW - 1_000);
    const answer = await jsonOf<EventAnswer>(app, `/events/${event.id}.json`);
    expect(JSON.parse(answer.body ?? '')).toEqual(JSON.parse(JSON.stringify(event)));
    expect(answer.signed).toEqual({
      id: event.id,
      timestamp: '1795357442',
      signature: 'v1,c2lnbmF0dXJl',
      verified: true,
    });
    expect(answer.deliveries).toEqual({ count: 2, firstAtMs: NOW - 2_000, lastAtMs: NOW - 1_000 });
    expect(answer.entry.runs.map(({ handler }) => handler)).toEqual(['cleanup']);
  });

  it('of an event says what is not known any more', async () => {
    const { app, trail } = await createAppOnSqlite({ open: true }, { clock, audit: NOTHING_KEPT });
    const { eventId } = await recordEvent(trail, start('a'), { signed: null });
    expect(await jsonOf(app, `/events/${eventId}.json`)).toMatchObject({
      body: null,
      signed: null,
      deliveries: null,
      attempts: null,
    });
  });

  it('of an event has what the watcher tells of its attempts, where it can be asked', async () => {
    const attempts = { attempts: async (eventId: string) => (eventId === sampleId('a') ? [ATTEMPT] : null) };
    const { app, trail } = await createAppOnSqlite({ open: true }, { clock, attempts });
    await recordEvent(trail, start('a'));
    await recordEvent(trail, start('b'));
    expect(await jsonOf(app, `/events/${sampleId('a')}.json`)).toMatchObject({ attempts: [ATTEMPT] });
    expect(await jsonOf(app, `/events/${sampleId('b')}.json`)).toMatchObject({ attempts: null });
  });

  it.each([sampleId('nobody'), 'x', '..%2f..%2fsecret', '%00', 'a'.repeat(500)])(
    'has no event %s',
    async (id) => {
      const { app } = await createOpenApp();
      const response = await app.request(`/events/${id}.json`);
      expect([response.status, await response.json()]).toMatchObject([404, { error: 'unknown_event' }]);
    },
  );

  const LONG = 'x'.repeat(301);
  it.each([
    ['/timeline.json?from=abc', 'from', 'from must be a whole number'],
    ['/timeline.json?from=-1', 'from', 'from must be a whole number'],
    ['/timeline.json?from=1e3', 'from', 'from must be a whole number'],
    ['/timeline.json?to=99999999999999999999', 'to', 'to must be a whole number'],
    ['/timeline.json?from=2000&to=1000', 'from', 'from must be a time before "to"'],
    ['/timeline.json?from=0&to=9000000000', 'from', 'from must be at most 31 days before "to"'],
    ['/timeline.json?limit=0', 'limit', 'limit must be a whole number from 1 to 2000'],
    ['/timeline.json?limit=2001', 'limit', 'limit must be a whole number from 1 to 2000'],
    ['/timeline.json?after=%20', 'after', 'after must be a cursor from an earlier answer'],
    ['/timeline.json?after=abc', 'after', 'after must be a cursor from an earlier answer'],
    [`/timeline.json?pod=${LONG}`, 'pod', 'pod must be a name of at most 300 characters'],
    [`/live?namespace=${LONG}`, 'namespace', 'namespace must be a name of at most 300 characters'],
    [`/running.json?cluster=${LONG}`, 'cluster', 'cluster must be a name of at most 300 characters'],
    ['/running.json?limit=x', 'limit', 'limit must be a whole number from 1 to 2000'],
  ])('%s is refused by name', async (path, parameter, message) => {
    const { app } = await createOpenApp();
    const response = await app.request(path);
    expect(response.status).toBe(400);
    const body = await response.json();
    expect(body).toMatchObject({
      error: 'bad_parameter',
      parameter,
      message: expect.stringContaining(message),
    });
  });

  it('that cannot be read is an error without its cause, which is in the log', async () => {
    const { app, lines, timeline } = await createOpenApp();
    const broken = { ...timeline, window: () => Promise.reject(new RangeError('disk on fire')) };
    const second = await createAppOnSqlite({ open: true }, { clock, timeline: broken });
    expect((await app.request('/timeline.json')).status).toBe(200);
    const response = await second.app.request('/timeline.json');
    expect([response.status, await response.json()]).toMatchObject([500, { error: 'internal' }]);
    expect([lines, second.lines.join()]).toEqual([[], expect.stringContaining('disk on fire')]);
  });
});
