import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { EVERY_EVENT, preStop } from '../event/lifecycle-events.ts';
import { DEGENERATE_KEYS } from '../signature/degenerate-keys.ts';
import { DELIVERIES } from '../signature/deliveries.ts';
import { ED25519_SECRET, HMAC_SECRET, OTHER_HMAC_SECRET, PUBLIC_VECTORS } from '../signature/vectors.ts';
import { type Answers, answer, type Questions } from './conformance.ts';

/** The same questions to Node and to a real workerd: the answers must be the same text. */

const utf8 = new TextEncoder();
const bytes = (text: string) => [...utf8.encode(text)];
const oddBodies = fc.sample(fc.uint8Array({ maxLength: 200 }), { numRuns: 20, seed: 1 });
const mismatched = Buffer.from(ED25519_SECRET.slice('whsk_'.length), 'base64').fill(7, 32).toString('base64');

const questions: Questions = {
  messages: [
    ...PUBLIC_VECTORS.map(({ secret, id, timestampSeconds, body }) => ({
      ...{ secrets: [secret], id, timestampSeconds, body: bytes(body) },
    })),
    ...oddBodies.map((body) => ({
      secrets: [HMAC_SECRET, ED25519_SECRET, OTHER_HMAC_SECRET],
      ...{ id: 'evt_odd', timestampSeconds: 1_763_800_000, body: [...body] },
    })),
  ],
  deliveries: DELIVERIES.map(({ name: _name, expected: _expected, body, ...rest }) => ({
    ...rest,
    body: [...body],
  })),
  bodies: [
    ...EVERY_EVENT.map((event) => [...serialiseEvent(event)]),
    ...oddBodies.map((body) => [...body]),
    bytes(JSON.stringify({ ...preStop, data: { ...preStop.data, pod: { ...preStop.data.pod, uid: 1 } } })),
    bytes('{"id":1,"id":2}'),
    bytes('{"__proto__":1}'),
    bytes(`${'['.repeat(1000)}${']'.repeat(1000)}`),
    [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
  ],
  badSecrets: ['', 'whsec_', 'whsec_qw==', 'whsec_*', `whsk_${mismatched}`],
  badKeys: DEGENERATE_KEYS.map(({ key }) => key),
};

let miniflare: Miniflare;
let fromNode: Answers;
let textFromWorkerd: string;

beforeAll(async () => {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const script = bundle.outputFiles[0]?.text ?? '';
  miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-30',
    cf: false,
    host: '127.0.0.1',
  });
  const response = await miniflare.dispatchFetch('http://worker/', {
    method: 'POST',
    body: JSON.stringify(questions),
  });
  textFromWorkerd = await response.text();
  fromNode = await answer(questions);
});
afterAll(() => miniflare.dispose());

test('workerd answers with the same bytes as Node', () => {
  expect(JSON.parse(textFromWorkerd)).toEqual(JSON.parse(JSON.stringify(fromNode)));
  expect(textFromWorkerd).toBe(JSON.stringify(fromNode));
});

test('workerd signs the public vectors and judges every delivery as the table says', () => {
  const answers = JSON.parse(textFromWorkerd) as Answers;
  expect(answers.signatures.slice(0, 3)).toEqual(PUBLIC_VECTORS.map(({ signature }) => signature));
  expect(answers.verifications).toHaveLength(DELIVERIES.length);
  for (const [index, { name, expected }] of DELIVERIES.entries()) {
    expect(answers.verifications[index], name).toMatchObject(expected);
  }
});

test('workerd reads bodies, parses events, refuses bad secrets and makes keys', () => {
  const answers = JSON.parse(textFromWorkerd) as Answers;
  expect(answers.read).toEqual(['tooLarge', bytes('eleven byte'), bytes('eleven byte')]);
  expect(answers.parsed.slice(0, EVERY_EVENT.length)).toEqual(
    EVERY_EVENT.map((event) => ({ kind: 'event', event })),
  );
  expect(answers.refusals.every((text) => text.startsWith('SecretError: '))).toBe(true);
  for (const [index, { why }] of DEGENERATE_KEYS.entries())
    expect(answers.refusedKeys[index]).toContain(
      `SecretError: key 1 of 1: the public key of whpk_ is not usable: it is ${why}`,
    );
  expect(answers.generated).toEqual(['verified', 'verified']);
});
