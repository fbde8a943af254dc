import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT_ID_PATTERN, type EventIdentity, eventId } from '../../../protocol/event/event-id.ts';

const sha256 = (input: string) => createHash('sha256').update(input).digest();

const clusterUid = '3f1c2d4e-5a6b-4c7d-8e9f-0a1b2c3d4e5f';
const podUid = '0f8fad5b-d9cb-469f-a165-70867728950e';
const run = 'containerd://6b1f0e6f3c9a4d2b8e7f5a1c0d9e8b7a6f5e4d3c2b1a09182736455463728190';
const app = { clusterUid, podUid, container: 'app' };
const bridge = { clusterUid, podUid: '', container: '' };
/** A run of a node that shows no containerIDs. */
const unnamed = 'restart/2/2026-11-22T14:22:13Z';

/**
 * Frozen for ever: a receiver may have remembered these ids. Computed once, with Python's hashlib and base64.
 */
const GOLDEN: readonly (readonly [id: string, identity: EventIdentity])[] = [
  ['evt_yujf7j4dfw52hg2ts6t2qbmjlk64gxeyykne', { ...app, hook: 'preStart', instance: '' }],
  ['evt_7hws5uacj6h6rjzbp2u2qzpgfmc5gm3fdd5t', { ...app, hook: 'postStart', instance: run }],
  ['evt_nqg4rum6yayh5ao4cbg2xddbric424kwgy75', { ...app, hook: 'preStop', instance: run }],
  ['evt_f2fpvpnmn5upezpfcqqgs3lhrv3a7bck2vet', { ...app, hook: 'postStop', instance: run }],
  ['evt_b3ayri6bvpl6h4gepqthk2jxmv3xggz2en3q', { ...app, hook: 'postStop.amended', instance: run }],
  [
    'evt_izf2ugvki2rvcatasixnbk3zccxubcjrm3sy',
    { ...app, hook: 'hookFailed', instance: '7c9e6679-7425-40de-944b-e07fc1f90ae7/3' },
  ],
  ['evt_abyjocbkltt77pweqiai542a7ec6oz6wayp3', { ...app, hook: 'postStart', instance: unnamed }],
  ['evt_jdtghw2hnzonbtivvdmnk4fx2sx76gp3jwq2', { ...app, hook: 'postStop', instance: unnamed }],
  ['evt_hljuu3ehb72pldf4zmruywfb2abnsfmx4x3m', { ...app, hook: 'postStop.amended', instance: unnamed }],
  ['evt_e4hwrj3mel4gksgag5z2d6ih5tn46dv6y6wu', { ...app, hook: 'preStop', instance: 'restart/0/' }],
  ['evt_potj7gwz4444kftvqi6y7pm2e7tjbmdfkt36', { ...bridge, hook: 'gap', instance: '1042/2077' }],
  ['evt_ei6j7o2i3hmkl2csxtvu5wfklx36o266f4gc', { ...bridge, hook: 'disabled', instance: 'bridge' }],
  [
    'evt_dzuxjl4q6olf3fw4xxwft2jzlqarkcjtgj6p',
    {
      clusterUid,
      podUid: 'a3bf1c1e6f7d8e9f0a1b2c3d4e5f6a7b',
      container: 'etcd',
      hook: 'postStart',
      instance: 'containerd://00ff',
    },
  ],
];

/** The same id by other means: the digest as one big number, five bits at a time. */
function secondOpinion({ clusterUid, podUid, container, hook, instance }: EventIdentity): string {
  const text = `offhook.v1\0${clusterUid}\0${podUid}\0${container}\0${hook}\0${instance}`;
  const digest = BigInt(`0x${createHash('sha256').update(text, 'utf8').digest('hex')}`);
  const digits = Array.from({ length: 36 }, (_, index) => Number((digest >> BigInt(251 - 5 * index)) & 31n));
  return `evt_${digits.map((digit) => 'abcdefghijklmnopqrstuvwxyz234567'.charAt(digit)).join('')}`;
}

test.each(GOLDEN)('%s stays the id of the same event', (id, identity) => {
  expect(eventId(identity, sha256)).toBe(id);
  expect(secondOpinion(identity)).toBe(id);
});

const part = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0'));
const identity = fc.record({ clusterUid: part, podUid: part, container: part, hook: part, instance: part });

test('every id has the one shape, which is a valid webhook-id, and agrees with the second computation', () => {
  fc.assert(
    fc.property(identity, (value) => {
      const id = eventId(value, sha256);
      expect(id).toHaveLength(40);
      expect(id).toMatch(EVENT_ID_PATTERN);
      expect(id).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
      expect(id).toBe(secondOpinion(value));
    }),
  );
});

test('identities that differ in any part have different ids', () => {
  fc.assert(
    fc.property(identity, identity, (a, b) => {
      const same = Object.values(a).join('\0') === Object.values(b).join('\0');
      expect(eventId(a, sha256) === eventId(b, sha256)).toBe(same);
    }),
  );
  const parts = ['clusterUid', 'podUid', 'container', 'hook', 'instance'] as const;
  const one: EventIdentity = { ...app, hook: 'preStop', instance: run };
  const ids = parts.map((name) => eventId({ ...one, [name]: 'other' }, sha256));
  expect(new Set([eventId(one, sha256), ...ids]).size).toBe(6);
});

test('text that moves between two parts changes the id', () => {
  const left = eventId({ ...app, container: 'ab', hook: 'c', instance: '' }, sha256);
  const right = eventId({ ...app, container: 'a', hook: 'bc', instance: '' }, sha256);
  expect(left).not.toBe(right);
});
