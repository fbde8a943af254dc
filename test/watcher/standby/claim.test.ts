import { describe, expect, test } from 'vitest';
import type { StreamName } from '../../../watcher/source/sink/stream-name.ts';
import { buildClaim } from '../../../watcher/standby/build-claim.ts';
import { readClaim, writeClaim } from '../../../watcher/standby/claim-text.ts';
import { confirms, type DeliveryClaim } from '../../../watcher/standby/delivery-claim.ts';
import type { PendingDelivery } from '../../../watcher/standby/handover-store.ts';

const id = (n: number) =>
  `evt_${n
    .toString(32)
    .padStart(8, 'a')
    .replace(/[0189]/g, 'z')}${'b'.repeat(28)}`;

type Told = [stream: 'pods' | 'events', after: number, upTo: number] | null;

const pending = (n: number, told: Told): PendingDelivery => ({
  sequence: n,
  eventId: id(n),
  origin: told && { stream: told[0], after: String(told[1]), upTo: String(told[2]) },
  own: false,
});

/** A leader's journal that has followed Pods from 100 to 200 and Events from 50 to 80. */
function leader(
  queues: Record<string, readonly PendingDelivery[] | null>,
  before: DeliveryClaim | null = null,
): DeliveryClaim {
  return buildClaim(
    {
      followedSince: (stream) => (stream === 'pods' ? '100' : '50'),
      resumePoint: (stream) => ({ resourceVersion: stream === 'pods' ? '200' : '80', committedAtMs: 0 }),
      oldestPending: (name, limit) => queues[name]?.slice(0, limit) ?? null,
    },
    { streams: ['pods', 'events'], subscriptions: Object.keys(queues) },
    before,
  );
}

const longQueue = Array.from({ length: 400 }, (_, n) => ({
  ...pending(n, null),
  origin: { stream: 'pods/shop' as const, after: String(110 + n), upTo: String(111 + n) },
}));

const positions = (at: { readonly [S in StreamName]?: string }) =>
  new Map(Object.entries(at) as [StreamName, string][]);

const many = (count: number, told: (n: number) => Told) =>
  Array.from({ length: count }, (_, n) => pending(n, told(n)));

describe('what a standby takes as delivered', () => {
  test.each<[string, boolean, Told]>([
    ['a change the leader has seen', true, ['pods', 150, 151]],
    ['the first and the last of them', true, ['pods', 100, 200]],
    ['one the leader may not have read yet', false, ['pods', 199, 201]],
    ['one from before the leader began to follow', false, ['pods', 99, 101]],
    ['a kubelet Event', true, ['events', 79, 80]],
    ['by the positions of its own stream', false, ['events', 150, 151]],
    ['what came from nobody knows where', false, null],
    ['what came from positions that cannot be compared', false, ['pods', Number.NaN, 151]],
  ])('%s: %s', (_, settled, told) => {
    expect(confirms(leader({ a: [] }), 'a', pending(7, told))).toBe(settled);
  });

  test('not what the leader names, and nothing for a subscription the leader does not know', () => {
    const claim = leader({ a: [pending(7, ['pods', 150, 151])], b: [] });
    expect(confirms(claim, 'a', pending(7, ['pods', 150, 151]))).toBe(false);
    expect(confirms(claim, 'a', pending(8, ['pods', 150, 151]))).toBe(true);
    expect(confirms(claim, 'b', pending(7, ['pods', 150, 151]))).toBe(true);
    expect(confirms(claim, 'c', pending(8, ['pods', 150, 151]))).toBe(false);
  });

  test('with more than can be named, nothing from the first unnamed one on, however it was learned here', () => {
    const claim = leader({ a: many(400, (n) => ['pods', 110 + n, 111 + n]) });
    const named = 256;
    expect(confirms(claim, 'a', pending(900, ['pods', 100, 110 + named]))).toBe(true);
    expect(confirms(claim, 'a', pending(900, ['pods', 100, 111 + named]))).toBe(false);
    expect(confirms(claim, 'a', pending(3, ['pods', 112, 113]))).toBe(false);
    expect(confirms(claim, 'a', pending(900, ['events', 60, 61]))).toBe(false);
  });

  test('the limit is a position in the stream of Pods, or there is none', () => {
    const mixed = leader({
      a: many(400, (n) => (n < 200 ? ['pods', 100 + n, 101 + n] : ['events', 60, 61])),
    });
    expect(confirms(mixed, 'a', pending(900, ['pods', 150, 299]))).toBe(true);
    expect(confirms(mixed, 'a', pending(900, ['pods', 150, 300]))).toBe(false);
    expect(leader({ a: many(400, () => null) }).queues.has('a')).toBe(false);
  });

  test('of a queue too long to look through, what was claimed before', () => {
    const before = leader({ a: [pending(7, ['pods', 150, 151])] });
    const later = { ...before, upTo: positions({ pods: '180', events: '70' }) };
    const claim = leader({ a: null }, later);
    expect(confirms(claim, 'a', pending(8, ['pods', 179, 180]))).toBe(true);
    expect(confirms(claim, 'a', pending(8, ['pods', 179, 181]))).toBe(false);
    expect(confirms(claim, 'a', pending(7, ['pods', 150, 151]))).toBe(false);
    expect(leader({ a: null }).queues.size).toBe(0);
  });
});

describe('of namespaces that are followed one by one', () => {
  const streams = ['pods/pay', 'pods/shop'] as const;
  const claim = buildClaim(
    {
      followedSince: () => '100',
      resumePoint: (stream) => ({
        resourceVersion: stream === 'pods/shop' ? '200' : '150',
        committedAtMs: 0,
      }),
      oldestPending: (name, limit) => (name === 'a' ? [] : longQueue.slice(0, limit)),
    },
    { streams, subscriptions: ['a', 'b'] },
    null,
  );
  const of = (stream: StreamName, after: number, upTo: number) => ({
    ...pending(900, null),
    origin: { stream, after: String(after), upTo: String(upTo) },
  });

  test('each is settled as far as the leader has come in it, and the whole cluster not at all', () => {
    expect(confirms(claim, 'a', of('pods/shop', 160, 199))).toBe(true);
    expect(confirms(claim, 'a', of('pods/pay', 160, 199))).toBe(false);
    expect(confirms(claim, 'a', of('pods/pay', 120, 149))).toBe(true);
    expect(confirms(claim, 'a', of('pods', 120, 149))).toBe(false);
    expect(confirms(claim, 'a', of('pods/blog', 120, 149))).toBe(false);
  });

  test('with more than can be named, only the one in which the first unnamed event happened is claimed', () => {
    expect(confirms(claim, 'b', of('pods/shop', 100, 101))).toBe(true);
    expect(confirms(claim, 'b', of('pods/pay', 100, 101))).toBe(false);
  });

  test('says the same when it is read, in a form that one of the whole cluster is not in', () => {
    expect(readClaim(writeClaim(claim))).toEqual(claim);
    expect(JSON.parse(writeClaim(claim)).v).toBe(2);
    expect(JSON.parse(writeClaim(leader({ a: [] }))).v).toBe(1);
  });
});

describe('the text of a claim', () => {
  test('says the same when it is read', () => {
    const claim = leader({ a: many(3, () => null), b: many(300, (n) => ['pods', 100 + n, 101 + n]), c: [] });
    expect(readClaim(writeClaim(claim))).toEqual(claim);
    const nothing: DeliveryClaim = {
      since: new Map(),
      upTo: new Map(),
      queues: new Map(),
    };
    expect(readClaim(writeClaim(nothing))).toEqual(nothing);
  });

  test('stays below the limit of annotations, whatever is pending', () => {
    const names = Array.from({ length: 1_000 }, (_, n) => `${'s'.repeat(59)}${n}`);
    const claim = leader(
      Object.fromEntries(names.map((name) => [name, many(12, (n) => ['pods', n, n + 1])])),
    );
    const text = writeClaim(claim);
    expect(text.length).toBeLessThanOrEqual(128 * 1024);
    const read = readClaim(text);
    expect(read?.queues.size).toBeGreaterThan(100);
    for (const [name, queue] of read?.queues ?? []) expect(queue).toEqual(claim.queues.get(name));
  });

  test.each([
    ['nothing', null],
    ['no JSON', 'eins'],
    [
      'another version',
      '{"v":3,"since":{"pods":"1","events":null},"upTo":{"pods":"1","events":null},"queues":{}}',
    ],
    [
      'no position',
      '{"v":1,"since":{"pods":"x","events":null},"upTo":{"pods":"1","events":null},"queues":{}}',
    ],
    [
      'half a fingerprint',
      '{"v":1,"since":{"pods":"1","events":null},"upTo":{"pods":"1","events":null},"queues":{"a":{"except":"abc"}}}',
    ],
    ['too much', `{"v":1${' '.repeat(200_000)}}`],
  ])('%s claims nothing', (_, text) => {
    expect(readClaim(text)).toBeNull();
  });
});
