import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bridge, PLATFORMS } from '../support/platforms.ts';
import { rawHead, sendRaw } from '../support/raw-request.ts';
import { MEDIA_TYPE } from '../support/signed-post.ts';

const seconds = (ahead = 0) => String(Math.floor(Date.now() / 1_000) + ahead);
const GOOD = {
  'content-type': MEDIA_TYPE,
  'content-length': '200000',
  'webhook-id': 'evt_x',
  'webhook-timestamp': seconds(),
  'webhook-signature': `v1,${'A'.repeat(43)}=`,
};
const without = (name: string) =>
  Object.fromEntries(Object.entries(GOOD).filter(([header]) => header !== name));

let receiver: Bridge;
beforeAll(async () => {
  const [node] = PLATFORMS;
  if (node?.platform !== 'Node') throw new Error('Node is the first platform');
  receiver = await node.start();
});
afterAll(() => receiver.close());

it.each([
  ['no webhook-id', without('webhook-id'), 400, 'missing_header'],
  ['no webhook-timestamp', without('webhook-timestamp'), 400, 'missing_header'],
  ['no webhook-signature', without('webhook-signature'), 401, 'missing_header'],
  ['a webhook-id of another shape', { ...GOOD, 'webhook-id': 'a b' }, 400, 'bad_id'],
  ['a timestamp of an hour ago', { ...GOOD, 'webhook-timestamp': seconds(-3_600) }, 400, 'timestamp_too_old'],
  ['a timestamp to come', { ...GOOD, 'webhook-timestamp': seconds(3_600) }, 400, 'timestamp_too_new'],
  ['another media type', { ...GOOD, 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
  ['a length above the limit', { ...GOOD, 'content-length': '262145' }, 413, 'body_too_large'],
])('refuses %s before a byte of the body has come', async (_what, headers, status, error) => {
  const answer = await sendRaw(receiver.url, [rawHead('/events', headers)]);
  expect(answer.status).toBe(status);
  expect(answer.text).toContain(`"error":"${error}"`);
});
