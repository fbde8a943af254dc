import { describe, expect, it } from 'vitest';
import { auditRecord } from '../../functions/audit/audit-record.ts';
import type { HandlerRun } from '../../functions/consumer/run-log.ts';
import { createPageAccess } from '../../functions/page/access.ts';
import { formatDuration } from '../../functions/page/format.ts';
import { createAppOnSqlite } from './support/app-on-sqlite.ts';
import { postStart, postStop, sampleId } from './support/sample-events.ts';

const TOKEN = 'a-long-enough-page-token';
const OCCURRED = Date.UTC(2026, 10, 22, 14, 24, 1);
const TIMES = { receivedAtMs: OCCURRED + 812, recordedAtMs: OCCURRED + 820, attempt: 1 };
const record = (key: string, pod = 'web-1') => auditRecord(postStart({ key, pod }), TIMES);
const run = (
  key: string,
  attempt: number,
  outcome: HandlerRun['outcome'],
  error: string | null,
): HandlerRun => ({
  stream: 'urn:offhook:cluster:c0ffee',
  eventId: sampleId(key),
  handler: 'cleanup',
  attempt,
  outcome,
  error,
  startedAtMs: OCCURRED + 830,
  finishedAtMs: OCCURRED + 847,
});

describe('access to the page', () => {
  const PATHS = ['/', '/events.json', '/page.js', '/page.css'];

  it.each(PATHS)('is off unless configured: %s answers 404', async (path) => {
    const { app } = await createAppOnSqlite({});
    expect((await app.request(path)).status).toBe(404);
  });

  it('is off with an empty token', async () => {
    const { app } = await createAppOnSqlite({ token: '' });
    expect((await app.request('/')).status).toBe(404);
  });

  it.each(['/', '/events.json', '/?token=', '/?token=wrong', '/events.json?token=wrong'])(
    'is denied without the token: %s',
    async (path) => {
      const { app, store } = await createAppOnSqlite({ token: TOKEN });
      await store.append(record('secret', 'secret-pod'));
      const response = await app.request(path);
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain('secret-pod');
    },
  );

  it('is granted by the token once, and by its cookie from then on', async () => {
    const { app } = await createAppOnSqlite({ token: TOKEN });
    const first = await app.request(`https://bridge.example/?token=${TOKEN}`);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(first.status).toBe(200);
    expect(cookie).toMatch(
      /^offhook_page=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/,
    );
    expect(cookie).not.toContain(TOKEN);
    const headers = { cookie: `other=1; ${cookie.split(';')[0]}` };
    expect((await app.request('/', { headers })).status).toBe(200);
    expect((await app.request('/events.json', { headers })).status).toBe(200);
    const forged = { cookie: `offhook_page=${TOKEN}` };
    expect((await app.request('/', { headers: forged })).status).toBe(401);
  });

  it('refuses a token that can be guessed', () => {
    expect(() => createPageAccess({ token: 'short' })).toThrow('at least 16 characters, got 5');
  });
});

describe('the page', () => {
  it('shows an event with its latency, and what the handlers did', async () => {
    const { app, store } = await createAppOnSqlite({ open: true });
    await store.append(auditRecord(postStop({ key: 'a' }, 137, 'OOMKilled'), TIMES));
    await store.recordRun(run('a', 1, 'failed', 'answered 503'));
    await store.recordRun(run('a', 2, 'completed', null));
    const text = (await (await app.request('/')).text()).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    expect(text).toContain(
      '14:24:01 22 Nov UTC postStop web-1 shop · container app exit 137 OOMKilled status',
    );
    expect(text).toContain('received +812 ms handled +35 ms ✓ cleanup attempt 2 17 ms');
  });

  it.each<[HandlerRun['outcome'], string]>([
    ['failed', 'trying again'],
    ['givenUp', 'given up'],
  ])('says how an event stands whose handler %s', async (outcome, standing) => {
    const { app, store } = await createAppOnSqlite({ open: true });
    await store.append(record('a'));
    await store.recordRun(run('a', 1, outcome, 'answered 503'));
    const text = await (await app.request('/')).text();
    expect(text).toContain(standing);
    expect(text).toContain('answered 503');
  });

  it('says what to do while there is nothing to show', async () => {
    const { app } = await createAppOnSqlite({ open: true });
    expect(await (await app.request('/')).text()).toContain('Waiting for the first event');
  });

  it('escapes whatever comes from a cluster or a handler, in the page and in the feed', async () => {
    const { app, store } = await createAppOnSqlite({ open: true });
    const attack = `"><img src=x onerror=alert(1)>'&`;
    const hostile = auditRecord(postStop({ key: 'a', pod: attack, container: attack }, 1, attack), TIMES);
    await store.append({ ...hostile, hook: attack, namespace: attack, observation: attack });
    await store.recordRun({ ...run('a', 1, 'failed', attack), handler: attack });
    const page = await (await app.request('/')).text();
    expect(page).not.toContain('<img');
    const feed = (await (await app.request('/events.json')).json()) as {
      entries: { html: string; pod: string }[];
    };
    expect(feed.entries[0]?.html).not.toContain('<img');
    expect(feed.entries[0]?.pod).toBe(attack);
  });

  it('lets the browser run and load nothing but its own files', async () => {
    const { app } = await createAppOnSqlite({ open: true });
    const response = await app.request('/');
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).not.toMatch(/<style|<script>|\sstyle=|\son[a-z]+=/);
    expect((await app.request('/page.js')).headers.get('content-type')).toMatch(/^text\/javascript/);
    expect((await app.request('/page.css')).headers.get('content-type')).toMatch(/^text\/css/);
  });

  it('has a script the engine can read', async () => {
    const { app } = await createAppOnSqlite({ open: true });
    const script = await (await app.request('/page.js')).text();
    expect(() => new Function(script)).not.toThrow();
  });
});

describe('the feed', () => {
  type Feed = { readonly cursor: string; readonly entries: readonly { readonly eventId: string }[] };

  it('continues where the page or an earlier answer ended', async () => {
    const { app, store } = await createAppOnSqlite({ open: true });
    await store.append(record('old'));
    const page = await (await app.request('/')).text();
    const cursor = /data-cursor="([^"]+)"/.exec(page)?.[1];
    const read = async (after: string | undefined) =>
      (await (await app.request(`/events.json?after=${after}`)).json()) as Feed;
    expect((await read(cursor)).entries).toEqual([]);
    await store.append(record('new'));
    const next = await read(cursor);
    expect(next.entries.map(({ eventId }) => eventId)).toEqual([sampleId('new')]);
    expect((await read(next.cursor)).entries).toEqual([]);
  });

  it.each(['abc', '1', '1-', '-1-1', '1-1-1', '9999999999999999-1'])(
    'refuses the cursor %s',
    async (cursor) => {
      const { app } = await createAppOnSqlite({ open: true });
      const response = await app.request(`/events.json?after=${cursor}`);
      expect([response.status, await response.json()]).toMatchObject([400, { error: 'bad_cursor' }]);
    },
  );
});

it('writes durations for people', () => {
  const written = [0, 12.4, 999, 1_200, 59_000, 90_000, 7_200_000, -300].map(formatDuration);
  expect(written).toEqual(['0 ms', '12 ms', '999 ms', '1.2 s', '59.0 s', '2 min', '2 h', '−300 ms']);
});
