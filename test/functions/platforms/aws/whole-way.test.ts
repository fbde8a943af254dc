import { afterEach, expect, it } from 'vitest';
import { createDynamoDbAuditStore } from '../../../../functions/platforms/aws/audit/dynamodb-audit-store.ts';
import { createClients } from '../../../../functions/platforms/aws/clients.ts';
import { sha256Hex } from '../../../../protocol/bytes/sha256.ts';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import { readEventStream } from '../../support/event-stream.ts';
import { eventually } from '../../support/eventually.ts';
import { startProbe } from '../../support/probe.ts';
import { postStart } from '../../support/sample-events.ts';
import { deliver, SECRET, signedHeaders } from '../../support/signed-post.ts';
import { registerTestHandlers } from '../../support/test-handlers.ts';
import { startLambdaBridge } from './support/start-on-lambda.ts';

let bridge: Awaited<ReturnType<typeof startLambdaBridge>> | undefined;
afterEach(() => bridge?.close());

async function start() {
  const probe = await startProbe();
  bridge = await startLambdaBridge({
    registerHandlers: registerTestHandlers,
    vars: { PROBE_URL: probe.url },
  });
  const started = bridge;
  const recorded = (eventId: string) =>
    eventually(
      async () => (await started.auditRows()).find((row) => row.eventId === eventId),
      (row) => row?.runs.length === 3,
    );
  return { ...started, recorded, probe };
}

it('keeps the delivery so that anyone who holds the key can verify it again', async () => {
  const { url, account, recorded } = await start();
  const event = postStart({ key: 'kept', labels: { odd: 'ß\ufffe"\\' } });
  const body = new TextEncoder().encode(` ${JSON.stringify(event, null, '\t')}\n`);
  const headers = await signedHeaders(event.id, body);
  await fetch(`${url}/events`, { method: 'POST', body, headers });
  const row = await recorded(event.id);
  const client = createClients(account.variables).dynamoDb();
  const kept = await createDynamoDbAuditStore(client, 'audit').reader.body(event.id);
  client.destroy();
  expect(kept).toEqual(body);
  expect(row?.bodySha256).toBe(await sha256Hex(body));
  const { id = '', timestamp = '', signature = '' } = row?.signed ?? {};
  const verifier = await createVerifier({ keys: [SECRET] });
  const again = new Headers({
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  });
  expect(await verifier.verify(again, kept ?? new Uint8Array(), Date.now())).toMatchObject({ id: event.id });
});

it('runs the handlers of an event that a watcher has put on the bus itself, and says that it is not signed', async () => {
  const { target, recorded, probe } = await start();
  const event = postStart({ key: 'direct' });
  await target()({ detail: { ...event }, time: '2026-11-22T14:24:05Z' });
  expect(await recorded(event.id)).toMatchObject({
    signed: null,
    receivedAtMs: Date.parse('2026-11-22T14:24:05Z'),
  });
  expect(probe.attempts('/steady')).toEqual([1]);
});

it('buries with the reason what somebody put on the bus under an identity that is not its payload’s', async () => {
  const { target, deadLetters, probe } = await start();
  const event = postStart({ key: 'forged' });
  const forged = [
    { ...event, id: postStart({ key: 'victim' }).id },
    { ...event, source: 'urn:offhook:cluster:victim' },
    { ...event, partitionkey: 'elsewhere/app' },
    { ...event, subject: 7 },
  ];
  for (const detail of forged) await target()({ detail, time: '2026-11-22T14:24:05Z' });
  expect((await deadLetters()).map(({ reason }) => reason)).toEqual([
    'refused: id_mismatch',
    'refused: source_mismatch',
    'refused: partitionkey_mismatch',
    'refused: unreadable_event at subject',
  ]);
  expect(probe.requests('/steady')).toEqual([]);
});

it('tells a page what is new, and lets it come again for more', async () => {
  const { url, recorded } = await start();
  const [before, later] = [postStart({ key: 'before' }), postStart({ key: 'later' })];
  await deliver(url, before);
  await recorded(before.id);
  const first = readEventStream(await fetch(`${url}/live`));
  expect(await first.next()).toBeNull();
  await deliver(url, later);
  await recorded(later.id);
  const second = readEventStream(await fetch(`${url}/live?after=${first.lastId()}`));
  expect((await second.next())?.data.entries.map(({ eventId }) => eventId)).toEqual([later.id]);
  expect(await second.next()).toBeNull();
  expect(second.lastId()).not.toBe(first.lastId());
});
