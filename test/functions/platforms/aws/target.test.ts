import type { SQSBatchResponse } from 'aws-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { platformAmbient } from '../../../../functions/ambient/ambient.ts';
import type { Consumed } from '../../../../functions/consumer/consumer.ts';
import type { HandoffMessage } from '../../../../functions/ingress/handoff.ts';
import { createClients } from '../../../../functions/platforms/aws/clients.ts';
import { createEventBridgeTarget } from '../../../../functions/platforms/aws/queue/eventbridge-target.ts';
import { createSqsRetryQueue } from '../../../../functions/platforms/aws/queue/sqs-retry-queue.ts';
import { createLambdaRunner } from '../../../../functions/platforms/aws/run.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import { lineLog } from '../../support/line-log.ts';
import { postStart } from '../../support/sample-events.ts';
import { SECRET, signedHeaders } from '../../support/signed-post.ts';
import { AwsError } from './support/aws-server.ts';
import { batchOf } from './support/lambda-invoker.ts';
import { DEAD_LETTER_QUEUE, RETRY_QUEUE, SIGNING_SECRET_ARN, startAccount } from './support/start-account.ts';

const SILENT = platformAmbient({ log: lineLog([]) });
const OTHER_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const TIME = '2026-11-22T14:24:01Z';
const retry = (afterMs: number): Consumed => ({ kind: 'retry', afterMs });

/** A target whose consumer says what the test wants, in front of real SQS clients and a fake SQS. */
async function start(
  consume: (message: HandoffMessage) => Promise<Consumed>,
  keys: readonly string[] | null = null,
) {
  const account = await startAccount({});
  const client = createClients(account.variables).sqs();
  onTestFinished(async () => {
    client.destroy();
    await account.close();
  });
  const lines: string[] = [];
  const seen: HandoffMessage[] = [];
  const target = createEventBridgeTarget({
    consumer: {
      consume: (message) => {
        seen.push(message);
        return consume(message);
      },
    },
    verifier: keys === null ? null : await createVerifier({ keys }),
    retries: createSqsRetryQueue(client, {
      retryQueueUrl: RETRY_QUEUE,
      deadLetterQueueUrl: DEAD_LETTER_QUEUE,
    }),
    log: lineLog(lines),
  });
  const delays = () => account.server.calls.map(({ request }) => request.DelaySeconds);
  const queued = (url = RETRY_QUEUE) => account.sqs.messages(url);
  return { ...account, target, seen, lines, delays, queued };
}

const busEvent = (more: object = {}) => ({ detail: { ...postStart({ key: 'a' }), ...more }, time: TIME });

it.each([
  [0, 0],
  [1, 1],
  [2_000, 2],
  [2_001, 3],
  [900_000, 900],
  [3_600_000, 900],
])('delays a retry due in %d ms by %d s', async (afterMs, seconds) => {
  const { target, delays } = await start(async () => retry(afterMs));
  await target(busEvent());
  expect(delays()).toEqual([seconds]);
});

it('hands a message on through the retry queue as it was, whatever it holds', async () => {
  const { target, seen, queued } = await start(async () => retry(0));
  const body = JSON.stringify(postStart({ key: 'a', labels: { odd: '\ufffe\uffff\u0001"\\漢\u{1f600}' } }));
  const signed = { offhooksignedat: '1795357442', offhooksignature: 'v1,YWJj' };
  await target(busEvent({ offhookbody: body, offhookreceivedat: '2026-11-22T14:24:02.345Z', ...signed }));
  await target(batchOf(queued()));
  expect(seen).toHaveLength(2);
  expect(seen[1]).toEqual(seen[0]);
  expect(new TextDecoder().decode(seen[1]?.body)).toBe(body);
});

it.each([
  ['verifies what is claimed', [SECRET], {}, true],
  ['records a claim as one where it has no keys', null, {}, false],
  ['records a claim as one where the keys are other ones', [OTHER_SECRET], {}, false],
  ['verifies what is claimed by the key of its cluster', [`c0ffee=${SECRET}`], {}, true],
  ['records a claim as one where the key is another cluster’s', [`b0b=${SECRET}`], {}, false],
  ['records a made-up signature as a claim', [SECRET], { offhooksignature: 'v1,YWJj' }, false],
  ['records a signature of another event as a claim', [SECRET], { id: 'evt_other' }, false],
  ['verifies with a key of its cluster', [`c0ffee=${SECRET}`], {}, true],
  ['records a signature by the key of another cluster as a claim', [`other=${SECRET}`], {}, false],
])('%s, directly, through a queue and through a retry', async (_, keys, claim, verified) => {
  const { target, seen, queued } = await start(async () => retry(0), keys);
  const event = postStart({ key: 'a' });
  const body = serialiseEvent(event);
  const headers = await signedHeaders(event.id, body);
  const detail = {
    offhookbody: new TextDecoder().decode(body),
    offhookreceivedat: '2026-11-22T14:24:02.345Z',
    offhooksignedat: headers['webhook-timestamp'],
    offhooksignature: headers['webhook-signature'],
    ...claim,
  };
  await target(busEvent(detail));
  await target(batchOf([{ messageId: 'm1', body: JSON.stringify(busEvent(detail)) }]));
  await target(batchOf(queued().slice(0, 1)));
  expect(seen.map(({ signed }) => signed?.verified)).toEqual([verified, verified, verified]);
});

it('does not take the word of the bus for it that a signature was verified', async () => {
  const { target, seen } = await start(async () => ({ kind: 'done' }));
  const detail = { offhookbody: '{}', offhooksignedat: '1', offhooksignature: 'v1,YWJj', verified: true };
  await target(busEvent({ ...detail, signed: { verified: true }, offhookverified: 'true' }));
  expect(seen[0]?.signed).toEqual({
    id: postStart({ key: 'a' }).id,
    timestamp: '1',
    signature: 'v1,YWJj',
    verified: false,
  });
});

it('takes events that a rule has put into a queue', async () => {
  const { target, seen } = await start(async () => ({ kind: 'done' }));
  await target(busEvent());
  const answer = await target(batchOf([{ messageId: 'm1', body: JSON.stringify(busEvent()) }]));
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(seen[1]).toEqual(seen[0]);
});

it('keeps dead letters with the event and the reason, and no more in the log than whose it is', async () => {
  const { target, queued, lines } = await start(async () => ({ kind: 'dead', reason: 'gave up: cleanup' }));
  await target(busEvent());
  const [letter] = queued(DEAD_LETTER_QUEUE).map(({ body }) => JSON.parse(body));
  expect(letter).toMatchObject({ eventId: postStart({ key: 'a' }).id, reason: 'gave up: cleanup' });
  expect(JSON.parse(letter.body)).toEqual(postStart({ key: 'a' }));
  expect(lines.join()).toContain('gave up: cleanup');
  expect(lines.join()).not.toContain(postStart({ key: 'a' }).data.pod.uid);
  expect(lines.join()).not.toContain('specversion');
});

it('reports the failed messages of a batch, and only those', async () => {
  const { target, seen } = await start(async ({ receivedAtMs }) => {
    if (receivedAtMs === 2) throw new Error('claim store down');
    return { kind: 'done' };
  });
  const messages = [1, 2, 3].map((receivedAtMs) => ({
    messageId: `m${receivedAtMs}`,
    body: JSON.stringify({ body: '{}', receivedAtMs }),
  }));
  const answer = (await target(
    batchOf([...messages, { messageId: 'm4', body: 'not ours' }]),
  )) as SQSBatchResponse;
  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'm2' }, { itemIdentifier: 'm4' }]);
  expect(seen).toHaveLength(3);
});

it('fails an invocation of the bus when the event cannot be put into the retry queue', async () => {
  const { target, server } = await start(async () => retry(5_000));
  server.trouble(() => new AwsError('InternalError', 'no', { status: 500 }));
  await expect(target(busEvent())).rejects.toThrow();
});

it('names every variable that is missing, and starts once they are there', async () => {
  const { variables } = await startAccount({ [SIGNING_SECRET_ARN]: SECRET }).then(async (account) => {
    onTestFinished(account.close);
    return account;
  });
  const missing = { CLAIMS_TABLE: '', RETRY_QUEUE_URL: undefined };
  const broken = createLambdaRunner(() => {}, { ...variables, ...missing }, SILENT);
  await expect(broken(busEvent())).rejects.toThrow('CLAIMS_TABLE, RETRY_QUEUE_URL not set');
  const target = createLambdaRunner(() => {}, variables, SILENT);
  expect(await target(busEvent())).toBeUndefined();
});

it('refuses a retention that is no number of seconds', async () => {
  const { variables, close } = await startAccount({});
  onTestFinished(close);
  for (const RETENTION_SECONDS of ['0', '-1', '1.5', '16d', ' ']) {
    const target = createLambdaRunner(() => {}, { ...variables, RETENTION_SECONDS }, SILENT);
    await expect(target(busEvent())).rejects.toThrow('RETENTION_SECONDS');
  }
});

const HANDLER_SECRETS_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:handlers-a1b2c3';

/** The variables that handlers are registered with, when the secret says this. */
async function varsWith(secret: string | Uint8Array) {
  const { variables, close } = await startAccount({
    [HANDLER_SECRETS_ARN]: secret,
    [SIGNING_SECRET_ARN]: SECRET,
  });
  onTestFinished(close);
  const seen: Record<string, string | undefined>[] = [];
  const target = createLambdaRunner(
    (_, { vars }) => void seen.push({ ...vars }),
    {
      ...variables,
      HANDLER_SECRETS_ARN,
      CLEANUP_URL: 'https://cleanup.example',
      CALL_SECRET: 'plain',
    },
    SILENT,
  );
  await target(busEvent());
  return seen;
}

it('gives handlers the variables of their secret, over those of the function', async () => {
  const [vars] = await varsWith(
    '{"CALL_SECRET": "from the secret", "CHAT_WEBHOOK_URL": "https://chat.example/a"}',
  );
  expect(vars).toMatchObject({
    CALL_SECRET: 'from the secret',
    CHAT_WEBHOOK_URL: 'https://chat.example/a',
    CLEANUP_URL: 'https://cleanup.example',
  });
});

it.each([
  ['no JSON', 'canary {'],
  ['no object', '["canary"]'],
  ['a value that is no text', '{"CALL_SECRET": {"canary": 1}}'],
  ['nothing', ''],
])('does not start with a secret of handlers that is %s, and does not quote it', async (_, secret) => {
  const failure = await varsWith(secret).catch((error: unknown) => String(error));
  expect(failure).toContain('HANDLER_SECRETS_ARN must be a JSON object of texts');
  expect(failure).not.toContain('canary');
});
