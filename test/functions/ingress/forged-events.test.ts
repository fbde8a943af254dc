import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceOf } from '../../../protocol/event/event-address.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { withIdentity } from '../../support/with-identity.ts';
import { told } from '../support/container-events.ts';
import { eventually } from '../support/eventually.ts';
import { type Bridge, PLATFORMS } from '../support/platforms.ts';
import { postStart, postStop, preStop } from '../support/sample-events.ts';
import { deliver } from '../support/signed-post.ts';

const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const KEY_A = secretOf(0xa1);
const OLD_KEY_A = secretOf(0xa0);
const KEY_B = secretOf(0xb1);

/** The samples' own cluster, and another one that shares the receiver. */
const A = 'c0ffee';
const B = 'b0b';

function inCluster<E extends LifecycleEvent>(uid: string, event: E): E {
  return withIdentity({ ...event, data: { ...event.data, cluster: { name: uid, uid } } });
}

describe.each(PLATFORMS)('clusters that share a receiver on $platform', ({ start }) => {
  let bridge: Bridge;
  beforeAll(async () => {
    const keys = [`${A}=${KEY_A}`, `${sourceOf(A)}=${OLD_KEY_A}`, `${B}=${KEY_B}`];
    bridge = await start({}, keys);
  });
  afterAll(() => bridge.close());

  const send = async (event: LifecycleEvent, ...secrets: readonly string[]) => {
    const response = await deliver(bridge.url, event, Date.now(), secrets);
    const { error, status, path } = (await response.json()) as Readonly<Record<string, string>>;
    return [response.status, error ?? status, ...(path === undefined ? [] : [path])];
  };
  const handled = (id: string) =>
    eventually(bridge.auditRows, (rows) =>
      rows.some(({ eventId, runs }) => eventId === id && runs.length > 0),
    );

  it('cannot forge an event of another one: the genuine one is handled', async () => {
    const genuine = postStop({ key: 'victim' }, 137, 'OOMKilled');
    const forged = {
      ...genuine,
      data: { ...genuine.data, exit: { ...genuine.data.exit, code: 0, reason: null } },
    };
    expect(await send(forged, KEY_B)).toEqual([403, 'key_not_for_source']);
    expect(await send(genuine, KEY_A)).toEqual([202, 'stored']);
    const rows = await handled(genuine.id);
    expect(rows.filter(({ eventId }) => eventId === genuine.id)).toMatchObject([{ exitCode: 137 }]);
    expect(bridge.logged()).toContain('a key may not speak for the source of its event');
  });

  it('cannot have an id of another one under its own name, whatever part of the payload is somebody else’s', async () => {
    const victim = postStop({ key: 'taken' }, 1, 'Error');
    const own = inCluster(B, victim);
    expect(await send({ ...own, id: victim.id }, KEY_B)).toEqual([422, 'id_mismatch', 'id']);
    expect(await send({ ...victim, source: sourceOf(B) }, KEY_B)).toEqual([422, 'source_mismatch', 'source']);
    expect(await send({ ...own, partitionkey: victim.partitionkey.toUpperCase() }, KEY_B)).toEqual([
      422,
      'partitionkey_mismatch',
      'partitionkey',
    ]);
    expect(await send(own, KEY_B)).toEqual([202, 'stored']);
    expect(await send(victim, KEY_A)).toEqual([202, 'stored']);
    const rows = await handled(victim.id);
    expect(
      rows
        .filter(({ eventId }) => [own.id, victim.id].includes(eventId))
        .map(({ cluster }) => cluster)
        .sort(),
    ).toEqual([B, 'prod-eu-1']);
  });

  it('rotate their keys on their own, also a sender that signs with a key that became another one’s', async () => {
    expect(await send(postStart({ key: 'old key' }), OLD_KEY_A)).toEqual([202, 'stored']);
    expect(await send(postStart({ key: 'both keys' }), KEY_A, OLD_KEY_A)).toEqual([202, 'stored']);
    expect(await send(postStart({ key: 'strange company' }), KEY_B, KEY_A)).toEqual([202, 'stored']);
    expect(await send(inCluster(B, postStart({ key: 'strange company' })), KEY_A)).toEqual([
      403,
      'key_not_for_source',
    ]);
  });

  it('are told loudly when an event comes again with other content, which is not handled', async () => {
    const first = postStop({ key: 'told twice' }, 137, 'OOMKilled');
    const exit = { ...first.data.exit, code: 0, reason: 'Completed' };
    const other = { ...first, data: { ...first.data, exit } };
    expect(await send(first, KEY_A)).toEqual([202, 'stored']);
    expect(await send(first, KEY_A)).toEqual([200, 'duplicate']);
    const response = await deliver(bridge.url, other, Date.now(), [KEY_A]);
    expect([response.status, await response.json()]).toMatchObject([409, { error: 'different_bytes' }]);
    expect(response.headers.get('webhook-delivery')).toBe('abort-message');
    expect(await send(first, OLD_KEY_A)).toEqual([200, 'duplicate']);
    const rows = await handled(first.id);
    expect(rows.find(({ eventId }) => eventId === first.id)).toMatchObject({ exitCode: 137 });
    expect(bridge.logged()).toMatch(/"level":"error","msg":"an event came again with other content/);
    const health = await (await fetch(`${bridge.url}/healthz`)).json();
    expect(health).toMatchObject({ counters: { differentBytes: 1 } });
  });

  it('may have several watchers, each of which tells an event in its own words', async () => {
    const first = preStop({ key: 'two watchers' });
    const time = '2026-11-22T14:24:02.000Z';
    const second = {
      ...first,
      sequence: '0000000000000007',
      time,
      timestamp: time,
      added: 'by a newer version',
    };
    const later = { ...second, data: { ...second.data, observation: 'recovered' as const } };
    expect(await send(first, KEY_A)).toEqual([202, 'stored']);
    expect(await send(second, KEY_A)).toEqual([200, 'duplicate']);
    expect(await send(later, KEY_A)).toEqual([200, 'duplicate']);
  });

  it('cannot tell events of unknown types for another one either', async () => {
    const future = { ...postStart({ key: 'future' }), type: 'dev.offhook.container.hibernated' };
    expect(await send(future as unknown as LifecycleEvent, KEY_B)).toEqual([403, 'key_not_for_source']);
    expect(await send(future as unknown as LifecycleEvent, KEY_A)).toEqual([202, 'ignored']);
  });

  it('cannot amend what they did not tell: the amended id is recomputed, too', async () => {
    const amended = told.amended({ run: 'amended-run' }, 3);
    const wrong = { ...amended, data: { ...amended.data, amends: postStop({ key: 'x' }, 0, null).id } };
    expect(await send(wrong, KEY_A)).toEqual([422, 'amends_mismatch', 'data.amends']);
    expect(await send(amended, KEY_A)).toEqual([202, 'stored']);
  });

  it('recompute ids of every kind of event', async () => {
    const hookFailed = told.hookFailed({ run: 'recomputed' }, 2);
    const other = {
      ...hookFailed,
      data: { ...hookFailed.data, event: { ...hookFailed.data.event, count: 3 } },
    };
    expect(await send(other, KEY_A)).toEqual([422, 'id_mismatch', 'id']);
    expect(await send(hookFailed, KEY_A)).toEqual([202, 'stored']);
    expect(await send(told.preStart({ container: 'fresh' }), KEY_A)).toEqual([202, 'stored']);
  });
});
