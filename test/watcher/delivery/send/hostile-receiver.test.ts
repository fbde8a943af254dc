import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createEventBridgeSender } from '../../../../watcher/delivery/send/eventbridge-sender.ts';
import type { EventBridgeTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { flood } from '../../../support/http-proxy.ts';
import { startReceiver } from '../../../support/receiver.ts';
import { until } from '../../../support/until.ts';
import { newEvent } from '../../journal/journal-events.ts';
import { startDelivery, webhookTarget } from '../delivery-setup.ts';

/** Says `head` once, then `bytes` as fast as they are read. Counts what it was rid of. */
async function startFlood(head: string, bytes: string): Promise<{ url: string; sentBytes(): number }> {
  const sockets = new Set<Socket>();
  let gone = 0;
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('close', () => {
      gone += socket.bytesWritten;
      sockets.delete(socket);
    });
    socket.once('data', () => {
      socket.write(head);
      flood(socket, bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, sentBytes: () => gone };
}

const FLOODS: readonly (readonly [what: string, head: string, bytes: string])[] = [
  ['early hints', '', 'HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n'],
  ['a status line', 'HTTP/1.1 200 ', 'O'],
  ['one header', 'HTTP/1.1 200 OK\r\nx: ', 'x'],
  ['headers', 'HTTP/1.1 200 OK\r\n', 'x-header: value\r\n'],
  ['an extension of a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;', 'x'],
  ['empty lines', '', '\r\n'],
];

const MIB = 1024 * 1024;

describe('a receiver that sends without end', () => {
  test.each(FLOODS)('%s: the attempt ends early, and other subscriptions go on', async (_, head, bytes) => {
    const hostile = await startFlood(head, bytes);
    const good = await startReceiver();
    const delivery = startDelivery({
      targets: [
        webhookTarget(hostile.url, { name: 'hostile', concurrency: 4, schedule: [3_600_000] }),
        webhookTarget(good.url, { name: 'good' }),
      ],
    });
    const events = Array.from({ length: 20 }, (_, index) =>
      newEvent(`evt_${index}`, { subscriptions: ['hostile', 'good'] }),
    );
    delivery.publish(...events);
    // When five have failed and none was taken, the others wait.
    const countOf = (name: string) =>
      delivery.reports.filter(({ subscription }) => subscription === name).length;
    await until('both', () => countOf('good') === 20 && countOf('hostile') >= 5);
    expect(delivery.reports.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(20);
    const failed = delivery.reports.filter(({ subscription }) => subscription === 'hostile');
    expect(new Set(failed.map(({ outcome, next }) => `${outcome} ${next}`))).toEqual(
      new Set(['retry retry']),
    );
    // Without a bound it is gigabytes in the 15 s of an attempt; what was not taken cannot be held either.
    await until('the connections are gone', () => hostile.sentBytes() > 0);
    expect(hostile.sentBytes()).toBeLessThan(20 * 8 * MIB);
  });

  test.each(FLOODS)('%s in place of an EventBridge bus costs the call only', async (_, head, bytes) => {
    const hostile = await startFlood(head, bytes);
    const target: EventBridgeTarget = {
      kind: 'eventBridge',
      name: 'bus',
      busName: 'lifecycle',
      region: 'eu-central-1',
      endpoint: hostile.url,
      concurrency: 10,
      timeoutMs: 15_000,
      schedule: [3_600_000],
      ordering: 'none',
      dropExpired: false,
    };
    const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'test' };
    const delivery = startDelivery({
      targets: [target],
      senderOf: () => createEventBridgeSender(target, { credentials }),
    });
    delivery.publish(newEvent('evt_1', { subscriptions: ['bus'] }));
    await delivery.attempts(1);
    expect(delivery.reports[0]).toMatchObject({ outcome: 'retry', next: 'retry' });
  });
});

test('an attempt ends at its deadline also while TLS is being negotiated', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const target = webhookTarget(`https://127.0.0.1:${port}/`, { name: 'silent', schedule: [3_600_000] });
  const delivery = startDelivery({ targets: [target] });
  delivery.publish(newEvent('evt_1', { subscriptions: ['silent'] }));
  await until('the connection', () => sockets.length === 1);
  await delivery.clock.advance(15_000);
  await until('the attempt to end', () => delivery.reports.length === 1);
  // undici alone would give up connecting after 15 s of real time, with another reason.
  expect(delivery.reports[0]).toMatchObject({ outcome: 'retry', reason: 'timeout 15000 ms' });
});
