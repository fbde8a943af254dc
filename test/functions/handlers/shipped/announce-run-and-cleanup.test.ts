import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createJsonLog } from '../../../../functions/ambient/log.ts';
import { createConsumer } from '../../../../functions/consumer/consumer.ts';
import { registerHandlers } from '../../../../functions/handlers/register.ts';
import { createHooks } from '../../../../functions/hooks/hooks.ts';
import { createSqliteClaims } from '../../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import type { LifecycleEvent } from '../../../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import { respond, startReceiver } from '../../../support/receiver.ts';
import { createWallClock } from '../../../support/wall-clock.ts';
import { auditOnSqlite } from '../../support/audit-on-sqlite.ts';
import { postStart, postStop, preStop } from '../../support/sample-events.ts';
import { SECRET } from '../../support/signed-post.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 24, 2);

/** The shipped handlers as they are registered, run by the consumer. */
function setUp(vars: Record<string, string> = {}) {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  const lines: string[] = [];
  const clock = createWallClock(() => NOW);
  const { trail, rows } = auditOnSqlite(database, clock);
  const hooks = createHooks();
  registerHandlers(hooks, { vars, audit: trail, now: clock.nowMs });
  const consumer = createConsumer({
    handlers: hooks,
    claims: createSqliteClaims(database),
    runs: trail,
    log: createJsonLog((_, line) => lines.push(line)),
    clock,
    fetch,
  });
  const handle = (event: LifecycleEvent) =>
    consumer.consume({ body: serialiseEvent(event), receivedAtMs: NOW - 40 });
  return { handle, lines, rows };
}

describe('announce-run', () => {
  it('posts a compact announcement, with the event id as the key', async () => {
    const receiver = await startReceiver();
    const event = postStart({ key: 'a' });
    await setUp({ ANNOUNCE_URL: receiver.url }).handle(event);
    const [request] = receiver.requests;
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': event.id,
    });
    expect(JSON.parse(String(request?.body))).toEqual({
      text: 'shop/web-1: container app runs',
      cluster: 'prod-eu-1',
      namespace: 'shop',
      pod: 'web-1',
      container: 'app',
      image: 'registry.example/app:1',
      restartCount: 0,
      observation: 'status',
      startedAt: '2026-11-22T14:24:01.000Z',
    });
  });

  it('writes to the log where no URL is set', async () => {
    const { handle, lines } = setUp({ ANNOUNCE_URL: '' });
    expect(await handle(postStart({ key: 'a' }))).toEqual({ kind: 'done' });
    expect(lines.find((line) => line.includes('a container runs'))).toContain(
      'shop/web-1: container app runs',
    );
  });

  it('is tried again after any other answer than 2xx', async () => {
    const receiver = await startReceiver();
    receiver.answer(500);
    expect(await setUp({ ANNOUNCE_URL: receiver.url }).handle(postStart({ key: 'a' }))).toMatchObject({
      kind: 'retry',
    });
  });
});

describe('cleanup', () => {
  it('posts the identity of the Pod and how long there is', async () => {
    const receiver = await startReceiver();
    const event = preStop({ key: 'a', labels: { app: 'checkout' } });
    expect(await setUp({ CLEANUP_URL: receiver.url }).handle(event)).toEqual({ kind: 'done' });
    const [request] = receiver.requests;
    expect(request?.headers['idempotency-key']).toBe(event.id);
    expect(JSON.parse(String(request?.body))).toEqual({
      eventId: event.id,
      cluster: 'prod-eu-1',
      namespace: 'shop',
      pod: 'web-1',
      podUid: 'uid-web-1',
      node: 'node1',
      labels: { app: 'checkout' },
      owner: null,
      container: 'app',
      containerId: event.data.container.id,
      trigger: 'podDeleted',
      podDeadline: null,
      answerBy: new Date(NOW + 30_000).toISOString(),
    });
  });

  it.each([200, 204, 404])('is done when the answer is %i', async (status) => {
    const receiver = await startReceiver();
    receiver.answer(status);
    expect(await setUp({ CLEANUP_URL: receiver.url }).handle(preStop({ key: 'a' }))).toEqual({
      kind: 'done',
    });
  });

  it.each([400, 429, 500, 503])('is tried again when the answer is %i', async (status) => {
    const receiver = await startReceiver();
    receiver.answer(status);
    const { handle, rows } = setUp({ CLEANUP_URL: receiver.url });
    expect(await handle(preStop({ key: 'a' }))).toEqual({ kind: 'retry', afterMs: 2_000 });
    const failed = (await rows())[0]?.runs.find((run) => run.handler === 'cleanup');
    const { host } = new URL(receiver.url);
    expect(failed).toMatchObject({ outcome: 'failed', error: `StatusError: ${host} answered ${status}` });
  });

  it('follows no redirect', async () => {
    const receiver = await startReceiver();
    const elsewhere = await startReceiver();
    receiver.answer(respond(307, { location: elsewhere.url }));
    expect(await setUp({ CLEANUP_URL: receiver.url }).handle(preStop({ key: 'a' }))).toMatchObject({
      kind: 'retry',
    });
    expect(elsewhere.requests).toEqual([]);
  });

  it('has nothing to do without a URL', async () => {
    expect(await setUp().handle(preStop({ key: 'a' }))).toEqual({ kind: 'done' });
  });

  it.each(['localhost:8080', 'ftp://example.com', 'not a url'])('refuses the URL %s at the start', (url) => {
    expect(() => setUp({ CLEANUP_URL: url })).toThrow('CLEANUP_URL must be a URL that begins with https://');
  });

  it('refuses a URL with a password without repeating it', () => {
    const start = () => setUp({ CLEANUP_URL: 'https://me:hunter2@example.com/' });
    expect(start).toThrow(/^CLEANUP_URL must not carry a user name or password$/);
  });
});

describe('a call', () => {
  it('is signed when there is a secret for it', async () => {
    const receiver = await startReceiver();
    const event = preStop({ key: 'a' });
    await setUp({ CLEANUP_URL: receiver.url, CALL_SECRET: SECRET }).handle(event);
    const [request] = receiver.requests;
    const headers = new Headers(
      Object.entries(request?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const verifier = await createVerifier({ keys: [SECRET] });
    const body = new Uint8Array(request?.body ?? []);
    expect(await verifier.verify(headers, body, NOW)).toMatchObject({ kind: 'verified', id: event.id });
  });

  it('is not signed without one', async () => {
    const receiver = await startReceiver();
    await setUp({ CLEANUP_URL: receiver.url, CALL_SECRET: '' }).handle(preStop({ key: 'a' }));
    expect(receiver.requests[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  it('is refused at the start when its secret is no good', () => {
    expect(() => setUp({ CALL_SECRET: 'whsec_c2hvcnQ=' })).toThrow(/^CALL_SECRET: .*24.+64 bytes/);
  });
});

describe('audit', () => {
  it('records who, what, how it ended, and when it was received and handled', async () => {
    const { handle, rows } = setUp();
    const event = postStop({ key: 'a' }, 137, 'OOMKilled');
    await handle(event);
    expect(await rows()).toEqual([
      expect.objectContaining({
        eventId: event.id,
        hook: 'postStop',
        pod: 'web-1',
        exitCode: 137,
        outcome: 'oomKilled',
        signed: null,
        occurredAtMs: NOW - 1_000,
        receivedAtMs: NOW - 40,
        recordedAtMs: NOW,
        attempt: 1,
        runs: [expect.objectContaining({ handler: 'audit', attempt: 1, outcome: 'completed' })],
      }),
    ]);
  });

  it('says why a container was stopped', async () => {
    const { handle, rows } = setUp();
    await handle(preStop({ key: 'a' }));
    expect((await rows())[0]).toMatchObject({ hook: 'preStop', reason: 'podDeleted', exitCode: null });
  });
});
