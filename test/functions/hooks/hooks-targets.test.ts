import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import { createHooks, type Hooks } from '../../../functions/hooks/hooks.ts';
import type { Target } from '../../../functions/hooks/target.ts';
import type { PreStopEvent } from '../../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { generateSecret } from '../../../protocol/signature/keygen.ts';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { hang, type ReceivedRequest, reset, respond, startReceiver } from '../../support/receiver.ts';
import { accepted, failed, startEventBridge } from '../../watcher/delivery/send/fake-eventbridge.ts';
import { createAppOnSqlite } from '../support/app-on-sqlite.ts';
import { sigv4Fault } from '../support/check-sigv4.ts';
import { runHandlers } from '../support/run-handlers.ts';
import { preStop } from '../support/sample-events.ts';
import { SAMPLE_TRACEPARENT } from '../support/sample-traceparent.ts';
import { SECRET } from '../support/signed-post.ts';

const event = preStop({ key: 'a', labels: { note: 'grüße <>&' } });
const register = (target: Target<PreStopEvent>, options = {}) => {
  return (hooks: Hooks) =>
    hooks.on('preStop', {}, target, { name: 'forward', retryMs: 1_000, attempts: 3, ...options });
};
const textHeaders = ({ headers }: ReceivedRequest) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

describe('a URL as handler', () => {
  it('is called with the event byte for byte', async () => {
    const receiver = await startReceiver();
    const target = { url: receiver.url, headers: { authorization: 'Bearer abc', 'x-tenant': 'a' } };
    expect(await runHandlers(register(target)).handle(event)).toEqual({ kind: 'done' });
    const [request] = await receiver.received(1);
    expect(request?.method).toBe('POST');
    expect(request?.path).toBe('/hook?tenant=a');
    expect(request?.body.equals(serialiseEvent(event))).toBe(true);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/cloudevents+json',
      authorization: 'Bearer abc',
      'x-tenant': 'a',
    });
    expect(request?.headers).not.toHaveProperty('webhook-signature');
  });

  it('gets the trace context that came with the event, in every attempt, and makes none up', async () => {
    const receiver = await startReceiver();
    receiver.answer(500, 200);
    const { handle, moveOn } = runHandlers(register({ url: receiver.url, secret: SECRET }));
    await handle(event, { traceparent: SAMPLE_TRACEPARENT });
    moveOn(10_000);
    expect(await handle(event, { traceparent: SAMPLE_TRACEPARENT })).toEqual({ kind: 'done' });
    await handle(preStop({ key: 'b' }));
    const requests = await receiver.received(3);
    expect(requests.map(({ headers }) => headers.traceparent)).toEqual([
      SAMPLE_TRACEPARENT,
      SAMPLE_TRACEPARENT,
      undefined,
    ]);
  });

  it('gets a Standard Webhook under its own secret, which others can verify', async () => {
    const receiver = await startReceiver();
    const startMs = Date.now();
    await runHandlers(register({ url: receiver.url, secret: SECRET }), { startMs }).handle(event);
    const [request] = await receiver.received(1);
    if (request === undefined) throw new Error('no request');
    const headers = textHeaders(request);
    expect(headers['webhook-id']).toBe(event.id);
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(startMs / 1_000)));
    expect(new StandardWebhook(SECRET).verify(request.body.toString(), headers)).toMatchObject({
      id: event.id,
    });
    expect(() => new SvixWebhook(SECRET).verify(request.body.toString(), headers)).not.toThrow();
    expect(() => new SvixWebhook(SECRET).verify(`${request.body} `, headers)).toThrow();
    const another = new StandardWebhook('whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD');
    expect(() => another.verify(request.body.toString(), headers)).toThrow();
  });

  it('can be a receiver of this kind', async () => {
    const { app } = await createAppOnSqlite();
    const answers: number[] = [];
    const receiver = await startReceiver();
    receiver.answer(async (response, request) => {
      const { method, body } = request;
      const headers = textHeaders(request);
      const answer = await app.request('/events', { method, headers, body: new Uint8Array(body) });
      answers.push(answer.status);
      response.writeHead(answer.status).end();
    });
    const { handle } = runHandlers(register({ url: receiver.url, secret: SECRET }), { startMs: Date.now() });
    expect(await handle(event)).toEqual({ kind: 'done' });
    expect(answers).toEqual([202]);
  });

  it('is signed with Ed25519 where the secret is a whsk_', async () => {
    const { secret, publicKey = '' } = await generateSecret('v1a');
    const receiver = await startReceiver();
    const handlers = runHandlers(register({ url: receiver.url, secret }));
    await handlers.handle(event);
    const [request] = await receiver.received(1);
    if (request === undefined) throw new Error('no request');
    const verifier = await createVerifier({ keys: [publicKey] });
    const verified = await verifier.verify(
      new Headers(textHeaders(request)),
      new Uint8Array(request.body),
      handlers.now(),
    );
    expect(verified).toMatchObject({ kind: 'verified', id: event.id });
  });

  it('is tried again with the same id and bytes, and the time of the new attempt', async () => {
    const receiver = await startReceiver();
    receiver.answer(500, 204);
    const handlers = runHandlers(register({ url: receiver.url, secret: SECRET }));
    expect(await handlers.handle(event)).toEqual({ kind: 'retry', afterMs: 1_000 });
    handlers.moveOn(60_000);
    expect(await handlers.handle(event)).toEqual({ kind: 'done' });
    const [first, second] = await receiver.received(2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
    const [before, after] = [first, second].map((request) => Number(request?.headers['webhook-timestamp']));
    expect((after ?? 0) - (before ?? 0)).toBe(60);
    expect(handlers.outcomes('forward')).toEqual([
      ['failed', 'the target answered 500'],
      ['completed', null],
    ]);
  });

  it('is given up at once when the answer is 410', async () => {
    const receiver = await startReceiver();
    receiver.answer(410);
    const { handle, outcomes } = runHandlers(register({ url: receiver.url }));
    expect(await handle(event)).toEqual({ kind: 'dead', reason: 'gave up: forward' });
    expect(outcomes('forward')).toEqual([['givenUp', 'GiveUp: the target answered 410']]);
    expect(await handle(event)).toEqual({ kind: 'dead', reason: 'gave up: forward' });
    expect(receiver.requests).toHaveLength(1);
  });

  const START_MS = Date.UTC(2026, 10, 22, 14, 24, 2);
  it.each<[string, number, string, number]>([
    ['429 and seconds', 429, '90', 90_000],
    ['503 and seconds', 503, '7', 7_000],
    ['503 and a date', 503, new Date(START_MS + 40_000).toUTCString(), 40_000],
    ['less than its own wait', 429, '0', 1_000],
    ['more than an hour', 429, '7200', 7_200_000],
    ['more than a day', 429, '172800', 86_400_000],
    ['nothing readable', 429, 'soon', 1_000],
    ['500 and seconds', 500, '90', 90_000],
  ])('waits as it is asked to: %s', async (_, status, retryAfter, afterMs) => {
    const receiver = await startReceiver();
    receiver.answer(respond(status, { 'retry-after': retryAfter }));
    const { handle } = runHandlers(register({ url: receiver.url }), { startMs: START_MS });
    expect(await handle(event)).toEqual({ kind: 'retry', afterMs });
  });

  it('follows no redirect', async () => {
    const [receiver, elsewhere] = [await startReceiver(), await startReceiver()];
    receiver.answer(respond(307, { location: elsewhere.url }));
    const { handle, outcomes } = runHandlers(register({ url: receiver.url, secret: SECRET }));
    expect(await handle(event)).toMatchObject({ kind: 'retry' });
    expect(outcomes('forward')).toEqual([['failed', 'the target answered 307']]);
    expect(elsewhere.requests).toEqual([]);
  });

  it('is cut off at the deadline', async () => {
    const receiver = await startReceiver();
    receiver.answer(hang);
    const clock = createFakeClock();
    const target = register({ url: receiver.url }, { timeoutMs: 5_000 });
    const { handle, outcomes } = runHandlers(target, { after: clock.after });
    const handled = handle(event);
    await receiver.received(1);
    await clock.advance(5_000);
    expect(await handled).toMatchObject({ kind: 'retry' });
    expect(outcomes('forward')).toEqual([['failed', 'did not finish within 5000 ms']]);
  });

  it('never shows its URL, secret or headers in the log or the run', async () => {
    const receiver = await startReceiver();
    receiver.answer(500, reset, 401);
    const url = `${receiver.url}&token=hunter2`;
    const target = { url, secret: SECRET, headers: { authorization: 'Bearer hunter3' } };
    const { handle, lines, runs, moveOn } = runHandlers(register(target));
    for (const _ of [1, 2, 3]) {
      await handle(event);
      moveOn(3_600_000);
    }
    expect(runs.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'givenUp']);
    const said = JSON.stringify([lines, runs]);
    for (const secret of ['hunter2', 'hunter3', SECRET.slice(6), '/hook']) expect(said).not.toContain(secret);
  });

  it('that fails does not stop or repeat another handler of the event', async () => {
    const [bad, good] = [await startReceiver(), await startReceiver()];
    bad.answer(500);
    const { handle, moveOn } = runHandlers((hooks) => {
      hooks.on('preStop', {}, { url: bad.url }, { name: 'bad', attempts: 2 });
      hooks.on('preStop', {}, { url: good.url }, { name: 'good' });
    });
    expect(await handle(event)).toMatchObject({ kind: 'retry' });
    moveOn(10_000);
    expect(await handle(event)).toEqual({ kind: 'dead', reason: 'gave up: bad' });
    expect([bad.requests.length, good.requests.length]).toEqual([2, 1]);
  });

  it.each<[string, object, RegExp]>([
    ['no URL', { url: 'localhost:80' }, /^handler forward: url must be a URL that begins with https:\/\//],
    [
      'a password',
      { url: 'https://me:hunter2@a.example' },
      /^handler forward: url must not carry a user name/,
    ],
    [
      'a short secret',
      { url: 'https://a.example', secret: 'whsec_aHVudGVyMg==' },
      /^handler forward: secret: .*24-64/,
    ],
    ['an empty secret', { url: 'https://a.example', secret: '' }, /^handler forward: secret: .*empty text/],
    ['a secret that is not set', { url: 'https://a.example', secret: undefined }, /secret: .*empty text/],
    ['a public key', { url: 'https://a.example', secret: 'whpk_hunter2' }, /whpk_ is a public key/],
    [
      'a line end in a header',
      { url: 'https://a.example', headers: { a: 'hunter2\r\nb: c' } },
      /not one HTTP allows/,
    ],
    [
      'a header of its own',
      { url: 'https://a.example', headers: { 'Webhook-Id': 'x' } },
      /"Webhook-Id" is set by/,
    ],
    [
      'a trace context that never changes',
      { url: 'https://a.example', headers: { Traceparent: 'x' } },
      /"Traceparent" is set by/,
    ],
    [
      'a slip of the pen',
      { url: 'https://a.example', secrets: 'x' },
      /no field "secrets"; did you mean "secret"\?/,
    ],
  ])('is refused at registration: %s', (_, target, message) => {
    const attempt = () => register(target as { url: string })(createHooks());
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/hunter2/);
  });

  it('needs a name', () => {
    const attempt = () => createHooks().on('preStop', {}, { url: 'https://a.example' });
    expect(attempt).toThrow(/a handler needs a name .*pass \{ name \}/);
  });
});

describe('an EventBridge bus as handler', () => {
  const credentials = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  };
  const bus = { eventBus: 'lifecycle', region: 'eu-central-1', credentials };
  const scope = { ...credentials, region: 'eu-central-1', service: 'events' };

  it('gets the entry that a watcher would put there', async () => {
    const eventBridge = await startEventBridge();
    const { handle } = runHandlers(register({ ...bus, endpoint: eventBridge.endpoint }));
    expect(await handle(event)).toEqual({ kind: 'done' });
    expect(eventBridge.calls.map(({ entries }) => entries)).toEqual([
      [
        {
          Source: 'dev.offhook',
          DetailType: 'dev.offhook.container.preStop',
          Detail: new TextDecoder().decode(serialiseEvent(event)),
          EventBusName: 'lifecycle',
          Time: Date.parse(event.time) / 1_000,
        },
      ],
    ]);
  });

  it('is asked with a signature over everything, in the way of the AWS SDK', async () => {
    const receiver = await startReceiver();
    receiver.answer(respond(200, {}, '{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}'));
    const endpoint = new URL(receiver.url).origin;
    const temporary = { ...credentials, sessionToken: 'tok/en+=' };
    await runHandlers(register({ ...bus, endpoint, credentials: async () => temporary })).handle(event);
    const client = new EventBridgeClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
    await client.send(new PutEventsCommand({ Entries: [{ Detail: '{}' }] }));
    client.destroy();
    const [ours, theirs] = await receiver.received(2);
    if (ours === undefined || theirs === undefined) throw new Error('no request');
    // The second shows that the checker itself is right.
    expect([sigv4Fault(ours, scope), sigv4Fault(theirs, scope)]).toEqual([null, null]);
    for (const name of ['method', 'path'] as const) expect(ours[name]).toBe(theirs[name]);
    for (const name of ['content-type', 'x-amz-target'])
      expect(ours.headers[name]).toBe(theirs.headers[name]);
    expect(ours.headers['x-amz-security-token']).toBe('tok/en+=');
    const forged = { ...ours, body: Buffer.from(ours.body.toString().replace('preStop', 'postStop')) };
    expect(sigv4Fault(forged, scope)).toBe('another body');
    for (const name of ['x-amz-target', 'content-type', 'x-amz-security-token', 'host']) {
      const changed = { ...ours, headers: { ...ours.headers, [name]: 'other' } };
      expect(sigv4Fault(changed, scope)).toBe('another signature');
    }
  });

  it.each([
    ['ThrottlingException', 'retry', 'failed', 'EventBridge did not take the event: ThrottlingException'],
    ['InternalFailure', 'retry', 'failed', 'EventBridge did not take the event: InternalFailure'],
    ['MalformedDetail', 'dead', 'givenUp', 'GiveUp: EventBridge did not take the event: MalformedDetail'],
    ['no code <b>', 'retry', 'failed', 'EventBridge did not take the event: no reason given'],
  ])(
    'whose entry fails with %s although the call is answered with 200: %s',
    async (code, kind, outcome, error) => {
      const eventBridge = await startEventBridge();
      eventBridge.answer((entries) => entries.map(() => failed(code)));
      const { handle, outcomes } = runHandlers(register({ ...bus, endpoint: eventBridge.endpoint }));
      expect(await handle(event)).toMatchObject({ kind });
      expect(outcomes('forward')).toEqual([[outcome, error]]);
    },
  );

  it('is tried again until it has the event', async () => {
    const eventBridge = await startEventBridge();
    const script = [
      { status: 400, type: 'com.amazonaws.events#ThrottlingException' },
      { status: 500, type: 'InternalException' },
    ];
    eventBridge.answer((entries) => script.shift() ?? entries.map(accepted));
    const { handle, moveOn, outcomes } = runHandlers(register({ ...bus, endpoint: eventBridge.endpoint }));
    for (const kind of ['retry', 'retry', 'done']) {
      expect(await handle(event)).toMatchObject({ kind });
      moveOn(10_000);
    }
    expect(outcomes('forward')).toEqual([
      ['failed', 'EventBridge answered 400: ThrottlingException'],
      ['failed', 'EventBridge answered 500: InternalException'],
      ['completed', null],
    ]);
  });

  it.each([
    ['is no JSON', 200, '<html>'],
    ['is empty', 200, ''],
    ['has no entries', 200, '{"FailedEntryCount":0}'],
    ['is no answer of AWS', 403, 'denied'],
    ['is too long', 200, JSON.stringify({ Entries: [{ EventId: 'x'.repeat(70_000) }] })],
  ])('is not taken as done when the answer %s', async (_, status, body) => {
    const receiver = await startReceiver();
    receiver.answer(respond(status, {}, body));
    const { handle } = runHandlers(register({ ...bus, endpoint: new URL(receiver.url).origin }));
    expect(await handle(event)).toMatchObject({ kind: 'retry' });
  });

  it.each<[string, object, RegExp]>([
    ['no bus', { ...bus, eventBus: '' }, /eventBus must be the name or the ARN/],
    [
      'a bus in no region',
      { ...bus, eventBus: 'arn:aws:events:nowhere:123456789012:event-bus/lifecycle' },
      /eventBus must be the name or the ARN/,
    ],
    ['a region that is a host', { ...bus, region: 'a.example/' }, /region must be the name of a region/],
    ['no credentials', { ...bus, credentials: undefined }, /credentials\.accessKeyId must be set/],
    [
      'an endpoint with a path',
      { ...bus, endpoint: 'https://a.example/x' },
      /endpoint must end after the host/,
    ],
    ['a slip of the pen', { ...bus, regoin: 'x' }, /no field "regoin"; did you mean "region"\?/],
    [
      'a line end in a key',
      { ...bus, credentials: { ...credentials, secretAccessKey: 'hunter2\n' } },
      /^handler forward: credentials\.secretAccessKey must be set, and have no white space in it$/,
    ],
    ['nothing known', {}, /region must be/],
  ])('is refused at registration: %s', (_, target, message) => {
    const attempt = () => register(target as typeof bus)(createHooks());
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/hunter2/);
  });

  it.each([null, 'https://a.example', 7])('is neither a function nor a target: %s', (target) => {
    expect(() => register(target as unknown as typeof bus)(createHooks())).toThrow(
      /^handler forward: expected a function, \{ url \} or \{ eventBus, region, credentials \}/,
    );
  });
});
