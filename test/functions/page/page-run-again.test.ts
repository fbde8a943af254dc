import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { PageOptions } from '../../../functions/access/page-options.ts';
import type { FirstView } from '../../../functions/page/model/page-api.ts';
import type { ReceiverStores } from '../../../functions/receiver.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createAppOnSqlite, NOTHING_KEPT } from '../support/app-on-sqlite.ts';
import { recordEvent, runOf } from '../support/record-event.ts';
import { postStart, sampleId } from '../support/sample-events.ts';

const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const TOKEN = 'a-long-enough-page-token';
const DAY = 24 * 3_600_000;
const RUN = `/events/${sampleId('a')}/handlers/cleanup/run`;

type Replace = Parameters<typeof createAppOnSqlite>[1];

/** The app with an event whose handler `cleanup` has ended, in its claim and in the audit trail. */
async function createApp(options: PageOptions = { open: true }, replace: Replace = {}) {
  const clock = createFakeClock(NOW);
  const created = await createAppOnSqlite(options, { clock, ...replace });
  const event = await recordEvent(created.trail, postStart({ key: 'a', timeMs: NOW - 60_000 }));
  const key = {
    source: event.stream,
    eventId: event.eventId,
    partitionKey: event.partitionKey,
    handler: 'cleanup',
  };
  await created.claims.claim(key, 1_000, NOW - 59_000);
  await created.claims.complete(key, runOf(event), NOW - 58_000);
  await created.trail.recordRun(runOf(event));
  return { ...created, clock, event, key };
}

type App = Awaited<ReturnType<typeof createApp>>['app'];

/** What a browser that has opened the page sends along. */
async function openPage(app: App, headers: Record<string, string> = {}) {
  const page = await app.request('/', { headers });
  const json = /id="first-view">(.*?)<\/script>/s.exec(await page.text())?.[1] ?? '';
  const cookie = (page.headers.get('set-cookie') ?? headers.cookie ?? '').split(';')[0] ?? '';
  const { csrfToken } = JSON.parse(json) as FirstView;
  return { cookie, 'x-csrf-token': csrfToken, origin: 'http://localhost', 'sec-fetch-site': 'same-origin' };
}

const press = (app: App, headers: Record<string, string>, path = RUN) =>
  app.request(path, { method: 'POST', headers });
const queued = ({ queue }: Pick<Awaited<ReturnType<typeof createApp>>, 'queue'>) =>
  queue.due(NOW, new Set(), 10);

describe('the button', () => {
  it('hands the stored event off again, as it was signed and received, with the claim open', async () => {
    const bridge = await createApp();
    const { app, event, claims, key, lines } = bridge;
    const response = await press(app, await openPage(app));
    expect([response.status, await response.json()]).toEqual([202, { status: 'queued' }]);
    const [message] = queued(bridge);
    expect(new TextDecoder().decode(message?.message.body)).toContain(`"id":"${event.eventId}"`);
    expect(message?.message.receivedAtMs).toBe(event.receivedAtMs);
    // Every further attempt is counted from there.
    expect(await claims.claim(key, 1_000, NOW)).toMatchObject({ kind: 'claimed', attempt: 2, tries: 1 });
    expect(lines).toContain(
      `a handler is to run again ${JSON.stringify({ eventId: event.eventId, handler: 'cleanup', by: 'open' })}`,
    );
  });

  it('hands off the verified headers, too', async () => {
    const handed: unknown[] = [];
    const handoff: ReceiverStores['handoff'] = { enqueue: async ({ signed }) => void handed.push(signed) };
    const { app, event } = await createApp({ open: true }, { handoff });
    await press(app, await openPage(app));
    expect(handed).toEqual([event.signed]);
  });

  it('does nothing for an event whose bytes somebody has changed', async () => {
    const other = new TextEncoder().encode('{"id":"forged"}');
    const bridge = await createApp({ open: true }, { audit: { ...NOTHING_KEPT, body: async () => other } });
    const { app, claims, key } = bridge;
    const response = await press(app, await openPage(app));
    expect([response.status, await response.json()]).toEqual([
      409,
      expect.objectContaining({ error: 'changed' }),
    ]);
    expect(queued(bridge)).toEqual([]);
    expect(await claims.claim(key, 1_000, NOW)).toMatchObject({ kind: 'completed' });
  });

  it('pressed again after a hand-off that failed does what the first press should have', async () => {
    let broken = true;
    const { queue, ...rest } = await createApp();
    const handoff: ReceiverStores['handoff'] = {
      enqueue: (message) => (broken ? Promise.reject(new Error('no room')) : queue.enqueue(message)),
    };
    const { app, claims, key, lines } = await createApp({ open: true }, { handoff });
    const headers = await openPage(app);
    const first = await press(app, headers);
    expect([first.status, first.headers.get('retry-after'), await first.json()]).toMatchObject([
      503,
      '5',
      { error: 'not_queued' },
    ]);
    expect(lines.join()).toContain('no room');
    broken = false;
    expect((await press(app, headers)).status).toBe(202);
    expect(queued({ queue })).toHaveLength(1);
    expect(await claims.claim(key, 1_000, NOW)).toMatchObject({ kind: 'claimed', tries: 1 });
    expect(rest.lines).toEqual([]);
  });

  it('pressed twice runs the handler once', async () => {
    const bridge = await createApp();
    const { app, claims, key, event } = bridge;
    const headers = await openPage(app);
    await Promise.all([press(app, headers), press(app, headers)]);
    expect(await claims.claim(key, 1_000, NOW)).toMatchObject({ kind: 'claimed' });
    await claims.complete(key, runOf(event, { attempt: 2 }), NOW);
    // The other message finds nothing to do.
    expect(await claims.claim(key, 1_000, NOW)).toMatchObject({ kind: 'completed' });
  });

  it('says when there is no such event or handler', async () => {
    const bridge = await createApp();
    const headers = await openPage(bridge.app);
    const ask = async (path: string) => {
      const response = await press(bridge.app, headers, path);
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    expect(await ask(`/events/${sampleId('nobody')}/handlers/cleanup/run`)).toEqual([404, 'unknown_event']);
    expect(await ask('/events/x/handlers/cleanup/run')).toEqual([404, 'unknown_event']);
    expect(await ask(`/events/${sampleId('a')}/handlers/nobody/run`)).toEqual([409, 'unknown_handler']);
    expect(queued(bridge)).toEqual([]);
  });

  it('does nothing where the next attempt is due anyway', async () => {
    const bridge = await createApp();
    const { app, trail, event } = bridge;
    await trail.recordRun(runOf(event, { handler: 'shaky', outcome: 'failed', error: 'answered 503' }));
    const response = await press(app, await openPage(app), RUN.replace('cleanup', 'shaky'));
    expect([response.status, await response.json()]).toMatchObject([409, { error: 'not_finished' }]);
    expect(queued(bridge)).toEqual([]);
  });

  it('does nothing once the bytes are gone, and leaves the claim closed', async () => {
    const { app, claims, key } = await createApp({ open: true }, { audit: NOTHING_KEPT });
    const response = await press(app, await openPage(app));
    expect([response.status, await response.json()]).toMatchObject([409, { error: 'body_gone' }]);
    expect(await claims.claim(key, 1_000, NOW)).toMatchObject({ kind: 'completed' });
  });

  it('does nothing once the other handlers may be forgotten, which would run with it', async () => {
    const bridge = await createApp();
    const headers = await openPage(bridge.app);
    await bridge.clock.advance(16 * DAY - 3_600_000);
    const response = await press(bridge.app, headers);
    expect([response.status, await response.json()]).toMatchObject([409, { error: 'forgotten' }]);
    expect(queued(bridge)).toEqual([]);
  });

  it('is bounded: thirty a minute', async () => {
    const { app, clock } = await createApp({ open: true }, { handoff: { enqueue: async () => {} } });
    const headers = await openPage(app);
    const statuses: number[] = [];
    for (let index = 0; index < 31; index += 1) statuses.push((await press(app, headers)).status);
    expect([statuses.filter((status) => status === 202).length, statuses.at(-1)]).toEqual([30, 429]);
    const refused = await press(app, headers);
    expect(refused.headers.get('retry-after')).toBe('60');
    await clock.advance(60_000);
    expect((await press(app, headers)).status).toBe(202);
  });
});

describe('nobody else presses it', () => {
  it.each<[string, (own: Record<string, string>) => Record<string, string | undefined>]>([
    ['without the token of the page', (own) => ({ ...own, 'x-csrf-token': undefined })],
    ['with another token', (own) => ({ ...own, 'x-csrf-token': 'f'.repeat(64) })],
    ['with the token and without the cookie it goes with', (own) => ({ ...own, cookie: undefined })],
    ['with a cookie of its own choice', (own) => ({ ...own, cookie: `offhook_csrf=${'0'.repeat(32)}` })],
    ['with an empty cookie', (own) => ({ ...own, cookie: 'offhook_csrf=' })],
    ['from another site', (own) => ({ ...own, 'sec-fetch-site': 'cross-site' })],
    ['from a neighbouring site', (own) => ({ ...own, 'sec-fetch-site': 'same-site' })],
    [
      'from another origin, by an older browser',
      (own) => ({ ...own, 'sec-fetch-site': undefined, origin: 'http://evil.example' }),
    ],
    [
      'from another port, by an older browser',
      (own) => ({ ...own, 'sec-fetch-site': undefined, origin: 'http://localhost:8080' }),
    ],
    ['from a sandbox', (own) => ({ ...own, 'sec-fetch-site': undefined, origin: 'null' })],
    ['without saying from where', (own) => ({ ...own, 'sec-fetch-site': undefined, origin: undefined })],
  ])('%s', async (_, change) => {
    const bridge = await createApp();
    const changed = Object.entries(change(await openPage(bridge.app)));
    const headers = Object.fromEntries(
      changed.filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    const response = await press(bridge.app, headers);
    expect([response.status, await response.json()]).toMatchObject([403, { error: 'not_from_the_page' }]);
    expect(queued(bridge)).toEqual([]);
  });

  it('an older browser on our own page does', async () => {
    const { app } = await createApp();
    const { 'sec-fetch-site': _, ...headers } = await openPage(app);
    expect((await press(app, headers)).status).toBe(202);
  });

  it('by a link or an image', async () => {
    const { app } = await createApp();
    expect((await app.request(RUN, { headers: await openPage(app) })).status).toBe(404);
  });

  it('by a name that points to this machine', async () => {
    const { app } = await createApp();
    const headers = { ...(await openPage(app)), host: 'evil.example', origin: 'http://evil.example' };
    expect((await press(app, headers)).status).toBe(403);
  });

  it('without access', async () => {
    const bridge = await createApp({ token: TOKEN });
    const headers = {
      origin: 'http://localhost',
      'sec-fetch-site': 'same-origin',
      'x-csrf-token': 'f'.repeat(64),
    };
    expect((await press(bridge.app, headers)).status).toBe(401);
    expect(queued(bridge)).toEqual([]);
  });

  it('but with access by token: its session is what the page’s own token is made from', async () => {
    const { app } = await createApp({ token: TOKEN });
    const entered = await app.request(`/?token=${TOKEN}`);
    const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const own = await openPage(app, { cookie });
    expect(own.cookie).toBe(cookie);
    expect((await press(app, { ...own, 'x-csrf-token': 'f'.repeat(64) })).status).toBe(403);
    expect((await press(app, own)).status).toBe(202);
  });

  it('and people whom a proxy has logged in: the log says who it was', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256' }] };
    const cloudflareAccess = { team: 'shop', audience: 'a'.repeat(64) };
    const { app, lines } = await createApp({ cloudflareAccess }, { fetch: async () => Response.json(keys) });
    const claims = { sub: 'user-1', email: 'ada@shop.example', iat: NOW / 1_000, exp: NOW / 1_000 + 60 };
    const token = new SignJWT(claims)
      .setIssuer('https://shop.cloudflareaccess.com')
      .setAudience('a'.repeat(64));
    const assertion = await token.setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(privateKey);
    const identity = { 'cf-access-jwt-assertion': assertion };
    const own = await openPage(app, identity);
    expect(
      (await press(app, { ...identity, origin: own.origin, 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(403);
    expect((await press(app, { ...identity, ...own })).status).toBe(202);
    expect(lines.join()).toContain('"by":"ada@shop.example"');
  });

  it('and scripts with the token: no browser sends that header by itself', async () => {
    const { app, lines } = await createApp({ token: TOKEN });
    expect((await press(app, { authorization: `Bearer ${TOKEN}` })).status).toBe(202);
    expect(lines.join()).toContain('"by":"token"');
    expect(lines.join()).not.toContain(TOKEN);
  });
});
