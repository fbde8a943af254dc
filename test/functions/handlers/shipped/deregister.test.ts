import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { hang, reset, respond, startReceiver } from '../../../support/receiver.ts';
import { told } from '../../support/container-events.ts';
import { type HandlersOptions, runShippedHandlers } from '../../support/run-handlers.ts';

const done = { kind: 'done' };
const TEMPLATE = '/v1/agent/service/deregister/{pod}-{container}?ns={namespace}&dc={cluster}&uid={podUid}';

async function setUp(vars: Record<string, string> = {}, options: HandlersOptions = {}) {
  const registry = await startReceiver();
  registry.answer(200);
  const base = new URL(registry.url).origin;
  const handlers = runShippedHandlers({ DEREGISTER_URL: base + TEMPLATE, ...vars }, options);
  return { registry, base, ...handlers, outcomes: () => handlers.outcomes('deregister') };
}

describe('deregister', () => {
  it('asks the registry to forget the container when it is about to stop', async () => {
    const { registry, handle } = await setUp();
    expect(await handle(told.preStop({}))).toEqual(done);
    const [request] = await registry.received(1);
    expect([request?.method, request?.path]).toEqual([
      'DELETE',
      '/v1/agent/service/deregister/web-1-app?ns=shop&dc=prod-eu-1&uid=uid-web-1',
    ]);
    expect(request?.body).toHaveLength(0);
  });

  it('asks with PUT and an authorization where they are set', async () => {
    const { registry, handle } = await setUp({
      DEREGISTER_METHOD: 'PUT',
      DEREGISTER_AUTHORIZATION: 'Bearer hunter2',
    });
    await handle(told.preStop({}));
    const [request] = await registry.received(1);
    expect([request?.method, request?.headers.authorization]).toEqual(['PUT', 'Bearer hunter2']);
  });

  it('asks at postStop too, for a container that crashed', async () => {
    const { registry, handle } = await setUp();
    await handle(told.postStop({}, 1));
    expect(registry.requests).toHaveLength(1);
  });

  it('lets nothing in a name become another part of the URL', async () => {
    const { registry, handle } = await setUp();
    await handle(told.preStop({ pod: 'a/../b?c#d', container: 'e&uid=%2e', namespace: '{pod}' }));
    expect(registry.requests[0]?.path).toBe(
      '/v1/agent/service/deregister/a%2F..%2Fb%3Fc%23d-e%26uid%3D%252e?ns=%7Bpod%7D&dc=prod-eu-1&uid=uid-a%2F..%2Fb%3Fc%23d',
    );
  });

  it.each(['..', '.', ''])('calls nobody for a Pod called "%s"', async (pod) => {
    const { registry, handle } = await setUp();
    expect(await handle(told.preStop({ pod }))).toMatchObject({ kind: 'retry' });
    expect(registry.requests).toEqual([]);
  });

  it.each([200, 204, 404])('is done when the answer is %i', async (status) => {
    const { registry, handle } = await setUp();
    registry.answer(status);
    expect(await handle(told.preStop({}))).toEqual(done);
  });

  it('tries again after refusals and broken connections, with longer and longer waits', async () => {
    const { registry, handle, moveOn, outcomes } = await setUp();
    registry.answer(500, reset, respond(429, { 'retry-after': '30' }), 200);
    const waits: unknown[] = [];
    for (let attempt = 1; attempt <= 4; attempt++) {
      const consumed = await handle(told.preStop({}));
      waits.push(consumed.kind === 'retry' ? consumed.afterMs : consumed.kind);
      moveOn(60_000);
    }
    expect(waits).toEqual([1_000, 2_000, 30_000, 'done']);
    expect(outcomes().map(([outcome]) => outcome)).toEqual(['failed', 'failed', 'failed', 'completed']);
    expect(outcomes()[0]).toEqual(['failed', 'the registry answered 500']);
  });

  it('is over at its deadline when the registry does not answer, and is tried again', async () => {
    const clock = createFakeClock();
    const { registry, handle, moveOn, outcomes } = await setUp({}, { after: clock.after });
    registry.answer(hang, 200);
    const slow = handle(told.preStop({}));
    await registry.received(1);
    await clock.advance(10_000);
    expect(await slow).toEqual({ kind: 'retry', afterMs: 1_000 });
    moveOn(1_000);
    expect(await handle(told.preStop({}))).toEqual(done);
    expect(outcomes()).toEqual([
      ['failed', 'did not finish within 10000 ms'],
      ['completed', null],
    ]);
  });

  it('leaves the registration of a newer run alone', async () => {
    const { registry, handle, lines } = await setUp();
    const [before, after] = [
      { run: 'before', startedAt: 0, at: 9 },
      { run: 'after', startedAt: 10, at: 10 },
    ];
    await handle(told.postStart(after));
    expect(await handle(told.postStop(before, 1))).toEqual(done);
    expect(registry.requests).toEqual([]);
    expect(lines.join()).toContain('not deregistered: a newer run of the container has started');
    await handle(told.preStop(after));
    expect(registry.requests).toHaveLength(1);
  });

  it('deregisters at a preStop that comes after its postStop', async () => {
    const { registry, handle } = await setUp();
    registry.answer(500, 200);
    await handle(told.postStop({ at: 9 }, 0));
    expect(await handle(told.preStop({ at: 8 }))).toEqual(done);
    expect(registry.requests).toHaveLength(2);
  });

  it('says neither URL nor authorization in its log', async () => {
    const { registry, handle, lines, runs } = await setUp({ DEREGISTER_AUTHORIZATION: 'Bearer hunter2' });
    registry.answer(reset);
    await handle(told.preStop({}));
    const said = JSON.stringify([lines, runs]);
    expect(said).toContain('deregister');
    expect(said).not.toContain('hunter2');
    expect(said).not.toContain('/v1/agent');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'no URL',
      { DEREGISTER_URL: 'consul:8500/hunter2' },
      /^DEREGISTER_URL must be a URL that begins with https:/,
    ],
    [
      'an unknown placeholder',
      { DEREGISTER_URL: 'https://a.example/{hunter2}' },
      /^DEREGISTER_URL: braces may hold/,
    ],
    [
      'an open brace',
      { DEREGISTER_URL: 'https://a.example/{pod/hunter2' },
      /^DEREGISTER_URL: braces may hold/,
    ],
    [
      'a host from the event',
      { DEREGISTER_URL: 'https://{pod}.hunter2.example/' },
      /path and the query alone/,
    ],
    [
      'a port from the event',
      { DEREGISTER_URL: 'https://a.example:{pod}/hunter2' },
      /^DEREGISTER_URL must be a URL/,
    ],
    [
      'a user from the event',
      { DEREGISTER_URL: 'https://{pod}@hunter2.example/' },
      /must not carry a user name/,
    ],
    ['a fragment', { DEREGISTER_URL: 'https://a.example/#hunter2{pod}' }, /there is no fragment/],
    ['another method', { DEREGISTER_METHOD: 'hunter2' }, /^DEREGISTER_METHOD must be DELETE or PUT$/],
    [
      'a line end',
      { DEREGISTER_AUTHORIZATION: 'a\nhunter2: b' },
      /^DEREGISTER_AUTHORIZATION must be the value/,
    ],
  ])('is refused at the start with %s', (_, faulty, message) => {
    const start = () => runShippedHandlers({ DEREGISTER_URL: 'https://a.example/{pod}', ...faulty });
    expect(start).toThrow(message);
    expect(start).not.toThrow(/hunter2/);
  });

  it('is off without a URL', async () => {
    const { handle, runs } = runShippedHandlers({ DEREGISTER_URL: '' });
    await handle(told.preStop({}));
    expect(runs.map(({ handler }) => handler)).not.toContain('deregister');
  });
});
