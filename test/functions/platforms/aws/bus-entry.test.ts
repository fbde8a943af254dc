import { expect, it, onTestFinished } from 'vitest';
import type { HandoffMessage } from '../../../../functions/ingress/handoff.ts';
import { createClients } from '../../../../functions/platforms/aws/clients.ts';
import {
  BUS_BODY_LIMIT_BYTES,
  fromBusDetail,
} from '../../../../functions/platforms/aws/queue/eventbridge-detail.ts';
import { createEventBridgeHandoff } from '../../../../functions/platforms/aws/queue/eventbridge-handoff.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { postStart, sampleId } from '../../support/sample-events.ts';
import { SAMPLE_TRACEPARENT } from '../../support/sample-traceparent.ts';
import type { BusEvent } from './support/fake-eventbridge.ts';
import { startAccount } from './support/start-account.ts';

const RECEIVED_AT_MS = Date.UTC(2026, 10, 22, 14, 24, 2, 345);
const encode = (text: string) => new TextEncoder().encode(text);
const text = ({ body }: HandoffMessage) => new TextDecoder().decode(body);

async function startBus() {
  const delivered: BusEvent[] = [];
  const account = await startAccount({}, (event) => delivered.push(event));
  const client = createClients(account.variables).eventBridge();
  onTestFinished(async () => {
    client.destroy();
    await account.close();
  });
  const entries = () =>
    account.server.calls.flatMap(({ request }) => request.Entries as readonly Record<string, unknown>[]);
  return { ...account, delivered, entries, handoff: createEventBridgeHandoff(client, 'offhook') };
}

const messageOf = (body: Uint8Array<ArrayBuffer>): HandoffMessage => ({
  body,
  receivedAtMs: RECEIVED_AT_MS,
  signed: { id: sampleId('a'), timestamp: '1795357442', signature: 'v1,YWJj v1a,ZGVm', verified: true },
  traceparent: SAMPLE_TRACEPARENT,
});

/** Another order, escapes and spaces than `JSON.stringify` would write. */
function unusualBody(): Uint8Array<ArrayBuffer> {
  const event = postStart({ key: 'a', labels: { z: '1', a: 'é' } });
  const json = JSON.stringify(Object.fromEntries(Object.entries(event).reverse()), null, 2);
  return encode(json.replace('é', '\\u00e9').replace('"app"', '"\\u0061pp"'));
}

it('puts the event under its type and time, with CloudEvents attributes for what else is kept', async () => {
  const { entries, handoff } = await startBus();
  await handoff.enqueue(messageOf(serialiseEvent(postStart({ key: 'a' }))));
  const [entry] = entries();
  expect(entry).toMatchObject({
    Source: 'dev.offhook',
    DetailType: 'dev.offhook.container.postStart',
    EventBusName: 'offhook',
    Time: Date.parse(postStart({ key: 'a' }).time) / 1_000,
  });
  const detail = JSON.parse(String(entry?.Detail));
  expect(detail).toMatchObject(postStart({ key: 'a' }));
  const added = Object.keys(detail).filter((name) => name.startsWith('offhook'));
  expect(added.every((name) => /^[a-z0-9]{1,20}$/.test(name) && typeof detail[name] === 'string')).toBe(true);
});

it('gives back the signed bytes, the headers and the time of receipt, though the bus writes the event anew', async () => {
  const { delivered, handoff } = await startBus();
  const message = messageOf(unusualBody());
  await handoff.enqueue(message);
  const [event] = delivered;
  expect(JSON.stringify(event?.detail)).not.toBe(text(message));
  // Whoever may put to the bus can write headers: behind it they count as claimed.
  const claimed = { ...message, signed: { ...message.signed, verified: false } };
  expect(event && fromBusDetail(event.detail, event.time)).toEqual(claimed);
});

it('takes an event that a watcher has put on the bus itself as it comes, unsigned, received when the bus got it', async () => {
  const { body, ...message } = fromBusDetail({ ...postStart({ key: 'a' }) }, '2026-11-22T14:24:01Z');
  expect(JSON.parse(text({ body, ...message }))).toEqual(postStart({ key: 'a' }));
  expect(message).toEqual({ receivedAtMs: Date.parse('2026-11-22T14:24:01Z') });
});

it('takes the trace context of such an event from its own attribute, which stays part of it', () => {
  const event = { ...postStart({ key: 'a' }), traceparent: SAMPLE_TRACEPARENT };
  const message = fromBusDetail(event, '2026-11-22T14:24:01Z');
  expect(message.traceparent).toBe(SAMPLE_TRACEPARENT);
  expect(JSON.parse(text(message))).toEqual(event);
  const faulty = fromBusDetail({ ...event, traceparent: 'hunter2' }, '2026-11-22T14:24:01Z');
  expect(faulty).not.toHaveProperty('traceparent');
});

it('does not take an attribute of a signed event for the trace context of its delivery', async () => {
  const { delivered, handoff } = await startBus();
  const event = {
    ...postStart({ key: 'a' }),
    traceparent: SAMPLE_TRACEPARENT,
    offhooktraceparent: SAMPLE_TRACEPARENT,
  };
  const { traceparent: _, ...message } = messageOf(encode(JSON.stringify(event)));
  await handoff.enqueue(message);
  const [arrived] = delivered;
  const read = arrived && fromBusDetail(arrived.detail, arrived.time);
  expect(read).not.toHaveProperty('traceparent');
  expect(read?.body).toEqual(message.body);
});

it('drops a trace context on the bus that is not valid', () => {
  const detail = { ...postStart({ key: 'a' }), offhookbody: '{}', offhooktraceparent: 'hunter2' };
  expect(fromBusDetail(detail, '2026-11-22T14:24:01Z')).not.toHaveProperty('traceparent');
});

it.each([
  ['ordinary text', 'a'],
  ['what has to be escaped twice', '\\"'],
  ['characters of three bytes', '漢'],
])('fits an entry with the largest body that is accepted, of %s', async (_, fill) => {
  const { delivered, handoff } = await startBus();
  const event = postStart({ key: 'a' });
  const room = BUS_BODY_LIMIT_BYTES - encode(JSON.stringify({ ...event, filler: '' })).length;
  const filler = fill.repeat(Math.floor(room / encode(JSON.stringify(fill).slice(1, -1)).length));
  const body = encode(JSON.stringify({ ...event, filler }));
  expect(body.length).toBeGreaterThan(BUS_BODY_LIMIT_BYTES - 5);
  await handoff.enqueue(messageOf(body));
  expect(delivered).toHaveLength(1);
});

it('says so when an entry does not fit all the same, without any of it', async () => {
  const { entries, handoff } = await startBus();
  const numbers = `[${Array.from({ length: 15_000 }, () => '1e20').join(',')}]`;
  const body = encode(JSON.stringify(postStart({ key: 'a' })).replace('{', `{"numbers":${numbers},`));
  await expect(handoff.enqueue(messageOf(body))).rejects.toThrow(/^an entry of \d+ bytes does not fit/);
  expect(entries()).toEqual([]);
});
