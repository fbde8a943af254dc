import { expect, onTestFinished, test } from 'vitest';
import { createWebhookSender } from '../../../../watcher/delivery/send/webhook-sender.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { startReceiver } from '../../../support/receiver.ts';
import { webhookTarget } from '../delivery-setup.ts';

const event = {
  sequence: 1,
  eventId: 'evt_1',
  type: 'dev.offhook.container.postStart',
  partitionKey: 'a',
  timeMs: 0,
  expiresAtMs: null,
  ageMs: 0,
  body: Buffer.from('{}'),
};
const never = new AbortController().signal;

test('a subscription’s own headers go with each event, and change nothing of Offhook’s', async () => {
  const receiver = await startReceiver();
  const headers = [
    { name: 'X-Api-Key', value: 's3cret' },
    { name: 'x-empty', value: '' },
    // Refused in configurations; here they do no harm.
    { name: 'Content-Type', value: 'text/plain' },
    { name: 'Webhook-Id', value: 'mine' },
  ];
  const sender = createWebhookSender(webhookTarget(receiver.url, { headers }), {
    clock: createFakeClock(),
    version: '1.2.3',
  });
  onTestFinished(() => sender.close());
  expect(await sender.send(event, never)).toEqual({ kind: 'delivered', status: 202 });
  expect(receiver.requests[0]?.headers).toMatchObject({
    'x-api-key': 's3cret',
    'x-empty': '',
    'content-type': expect.stringContaining('cloudevents'),
    'webhook-id': 'evt_1',
  });
});

test('of an answer of a gigabyte next to nothing is read', async () => {
  const receiver = await startReceiver();
  let written = 0;
  const chunk = Buffer.alloc(65_536);
  receiver.answer((response) => {
    response.writeHead(202, { 'content-length': String(2 ** 30) });
    const more = () => {
      written += chunk.length;
      if (!response.destroyed && written < 2 ** 30) response.write(chunk, more);
    };
    more();
  });
  const sender = createWebhookSender(webhookTarget(receiver.url), {
    clock: createFakeClock(),
    version: '1.2.3',
  });
  onTestFinished(() => sender.close());
  expect(await sender.send(event, never)).toEqual({ kind: 'delivered', status: 202 });
  // What the sockets of both sides hold, too.
  expect(written).toBeLessThan(2 ** 24);
});
