import { describe, expect, it } from 'vitest';
import type { FailurePage } from '../../../functions/timeline/handler-failures.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createAppOnSqlite } from '../support/app-on-sqlite.ts';
import { recordEvent, runOf } from '../support/record-event.ts';
import { postStart, sampleId } from '../support/sample-events.ts';

const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const TOKEN = 'a-long-enough-page-token';
const BEARER = { authorization: `Bearer ${TOKEN}` };

/** The app with two events; `cleanup` gave up on both, `notify` on the first. */
async function openApi(replace: Parameters<typeof createAppOnSqlite>[1] = {}) {
  const clock = createFakeClock(NOW);
  const created = await createAppOnSqlite({ token: TOKEN }, { clock, ...replace });
  const { trail, claims } = created;
  for (const [key, handlers] of [
    ['a', ['cleanup', 'notify']],
    ['b', ['cleanup']],
  ] as const) {
    const event = await recordEvent(trail, postStart({ key, timeMs: NOW - 60_000 }));
    for (const handler of handlers) {
      const run = runOf(event, { handler, outcome: 'givenUp', error: 'answered 503' });
      const claimKey = {
        source: event.stream,
        eventId: event.eventId,
        partitionKey: event.partitionKey,
        handler,
      };
      await claims.claim(claimKey, 1_000, NOW - 59_000);
      await claims.fail(claimKey, run, null);
      await trail.recordRun(run);
    }
  }
  const get = (path: string, headers: Record<string, string> = BEARER) =>
    created.app.request(path, { headers });
  const post = (body: unknown, headers: Record<string, string> = BEARER) =>
    created.app.request('/handlers/rerun', {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const list = async (query = '') =>
    ((await (await get(`/handlers/failures${query}`)).json()) as FailurePage).failures;
  const queued = () => created.queue.due(NOW, new Set(), 10).length;
  return { ...created, clock, get, post, list, queued };
}

const one = (key: string, handler = 'cleanup') => ({ eventId: sampleId(key), handler });

describe('handlers that gave up, over HTTP', () => {
  it('are for who may see the page, and nobody else', async () => {
    const { get, post, queued } = await openApi();
    for (const headers of [{}, { authorization: 'Bearer wrong-token-entirely' }]) {
      expect((await get('/handlers/failures', headers)).status).toBe(401);
      expect((await post({ handlers: [one('a')] }, headers)).status).toBe(401);
    }
    expect(queued()).toBe(0);
    const without = await createAppOnSqlite({});
    expect((await without.app.request('/handlers/failures', { headers: BEARER })).status).toBe(404);
  });

  it('are run again by no other site, whatever cookie it gets sent along', async () => {
    const { app, post, queued } = await openApi();
    const entered = await app.request(`/?token=${TOKEN}`);
    const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const foreign = { cookie, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const refused = await post({ handlers: [one('a')] }, foreign);
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: 'not_from_the_page' }]);
    expect(queued()).toBe(0);
  });

  it('run again together: an event is handed off once for all of its handlers, and who asked is told', async () => {
    const { post, list, queued, trail, lines } = await openApi();
    expect(trail).toBeDefined();
    const response = await post({
      handlers: [one('a'), one('a', 'notify'), one('b')],
      claimedBy: 'anna@laptop',
    });
    expect([response.status, await response.json()]).toEqual([
      200,
      { results: [one('a'), one('a', 'notify'), one('b')].map((name) => ({ ...name, status: 'queued' })) },
    ]);
    expect(queued()).toBe(2);
    expect((await list('?open=1')).map(({ standing, rerun }) => [standing, rerun])).toEqual(
      Array(3).fill(['asked', { how: 'token', by: null, claimedBy: 'anna@laptop', atMs: NOW }]),
    );
    expect(lines.join()).toContain('handlers are to run again');
  });

  it('that cannot run say why, each by itself, and the others run', async () => {
    const { post, queued } = await openApi();
    const answer = await post({ handlers: [one('nobody'), one('a', 'nobody'), one('b')] });
    expect(await answer.json()).toMatchObject({
      results: [
        { status: 'refused', error: 'unknown_event', message: expect.any(String) },
        { status: 'refused', error: 'unknown_handler' },
        { status: 'queued' },
      ],
    });
    expect(queued()).toBe(1);
  });

  it('run not without a record of who asked', async () => {
    const reruns = { recordReruns: () => Promise.reject(new Error('the disk is full')) };
    const { post, queued, lines } = await openApi({ reruns });
    const refused = await post({ handlers: [one('a')] });
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([
      503,
      '5',
      { error: 'not_recorded' },
    ]);
    expect(queued()).toBe(0);
    expect(lines.join()).toContain('the disk is full');
  });

  it('run again at 300 a minute, and no faster', async () => {
    const handoff = { enqueue: async () => {} };
    const { post, clock } = await openApi({ handoff });
    const twenty = { handlers: Array(20).fill(one('a')) };
    for (let request = 0; request < 15; request += 1) expect((await post(twenty)).status).toBe(200);
    const refused = await post({ handlers: [one('a')] });
    expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([
      429,
      '60',
      { error: 'too_many_runs' },
    ]);
    await clock.advance(60_000);
    expect((await post(twenty)).status).toBe(200);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['no handler', { handlers: [] }],
    ['too many of them', { handlers: Array(21).fill(one('a')) }],
    ['a name that is none', { handlers: [{ eventId: 'evt_x', handler: 'cleanup' }] }],
    ['another field', { handlers: [one('a')], all: true }],
    ['more than it reads', { handlers: [one('a')], claimedBy: 'x'.repeat(20_000) }],
  ])('answers 400 to %s, and says what is expected', async (_, body) => {
    const { post, queued } = await openApi();
    const refused = await post(body);
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: 'bad_request', message: expect.stringMatching(/^expected \{"handlers":/) },
    ]);
    expect(queued()).toBe(0);
  });

  it.each([
    ['pods=x', 'pods'],
    ['pod=', 'pod'],
    ['open=yes', 'open'],
    ['eventId=x', 'eventId'],
    ['fromMs=yesterday', 'fromMs'],
    ['limit=201', 'limit'],
    ['after=nonsense', 'after'],
  ])('answers 400 to ?%s, naming the parameter', async (query, parameter) => {
    const { get } = await openApi();
    const response = await get(`/handlers/failures?${query}`);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: 'bad_parameter', parameter },
    ]);
  });
});
