import { expect, it, onTestFinished } from 'vitest';
import { platformAmbient } from '../../../../functions/ambient/ambient.ts';
import { createLambdaReceiver } from '../../../../functions/platforms/aws/receive.ts';
import { lineLog } from '../../support/line-log.ts';
import { SECRET } from '../../support/signed-post.ts';
import { AwsError } from './support/aws-server.ts';
import { functionUrlEvent } from './support/function-url-event.ts';
import { PAGE_TOKEN_ARN, SIGNING_SECRET_ARN, startAccount } from './support/start-account.ts';

const HEALTH = functionUrlEvent({ method: 'GET', target: '/healthz', headers: {} });

async function start(
  secrets: Readonly<Record<string, string | Uint8Array>>,
  more: Readonly<Record<string, string | undefined>> = {},
) {
  const account = await startAccount(secrets);
  onTestFinished(account.close);
  const lines: string[] = [];
  const receive = createLambdaReceiver(
    { ...account.variables, ...more },
    platformAmbient({ log: lineLog(lines) }),
  );
  const status = async (event = HEALTH) => (await receive(event)).statusCode;
  return { ...account, receive, status, lines };
}

it('reads its secret once per container', async () => {
  const { status, server } = await start({ [SIGNING_SECRET_ARN]: SECRET });
  expect(await Promise.all([status(), status(), status()])).toEqual([200, 200, 200]);
  expect(server.calls.map(({ target }) => target)).toEqual(['secretsmanager.GetSecretValue']);
});

it('takes several keys from one secret, for rotation', async () => {
  const { status } = await start({ [SIGNING_SECRET_ARN]: `${SECRET}\n${SECRET.replace('Mf', 'Nf')}` });
  expect(await status()).toBe(200);
});

it.each<[string, Record<string, string | Uint8Array>, Record<string, string | undefined>, RegExp]>([
  ['is not there', {}, {}, /OFFHOOK_SIGNING_SECRET_ARN.*ResourceNotFound/],
  ['is empty', { [SIGNING_SECRET_ARN]: '' }, {}, /24-64 bytes/],
  ['is too short', { [SIGNING_SECRET_ARN]: 'whsec_c2hvcnQ=' }, {}, /24/],
  ['is not one', { [SIGNING_SECRET_ARN]: '{"username":"canary"}' }, {}, /OFFHOOK|whsec/],
  ['is binary', { [SIGNING_SECRET_ARN]: new Uint8Array(32) }, {}, /binary/],
  ['is not named at all', {}, { OFFHOOK_SIGNING_SECRET_ARN: undefined }, /OFFHOOK_SIGNING_SECRET is not set/],
])(
  'answers 500 without details, and logs them, when the signing secret %s',
  async (_, secrets, more, why) => {
    const { receive, lines } = await start(secrets, more);
    const answer = await receive(HEALTH);
    expect([answer.statusCode, JSON.parse(answer.body ?? '')]).toEqual([
      500,
      { error: 'not_configured', message: 'the receiver is not configured; its log says why' },
    ]);
    expect(lines.join()).toMatch(why);
    expect(lines.join()).not.toMatch(/canary|c2hvcnQ/);
  },
);

it('names every variable that is missing', async () => {
  const { receive, lines } = await start(
    { [SIGNING_SECRET_ARN]: SECRET },
    { EVENT_BUS_NAME: '', AUDIT_TABLE: undefined },
  );
  expect((await receive(HEALTH)).statusCode).toBe(500);
  expect(lines.join()).toContain('EVENT_BUS_NAME, AUDIT_TABLE not set');
});

it('answers 500 with a retention that is no number of seconds', async () => {
  const { status, lines } = await start({ [SIGNING_SECRET_ARN]: SECRET }, { RETENTION_SECONDS: '16d' });
  expect(await status()).toBe(500);
  expect(lines.join()).toContain('RETENTION_SECONDS must be a whole number of seconds above zero');
});

it('works with the next request once Secrets Manager answers again', async () => {
  const { status, server } = await start({ [SIGNING_SECRET_ARN]: SECRET });
  server.trouble(() => new AwsError('InternalServiceError', 'no', { status: 500 }));
  expect(await status()).toBe(500);
  server.trouble(() => undefined);
  expect(await status()).toBe(200);
});

it('keeps what it has built, whatever it is asked', async () => {
  const { receive, status, server } = await start({ [SIGNING_SECRET_ARN]: SECRET });
  expect(await status()).toBe(200);
  const answer = await receive(functionUrlEvent({ method: 'TRACE', target: '/healthz', headers: {} }));
  expect(answer.statusCode).toBe(400);
  expect(await status()).toBe(200);
  expect(server.calls.map(({ target }) => target)).toEqual(['secretsmanager.GetSecretValue']);
});

it('takes the values themselves on a machine of one’s own', async () => {
  const { status, server } = await start(
    {},
    { OFFHOOK_SIGNING_SECRET_ARN: undefined, OFFHOOK_SIGNING_SECRET: SECRET },
  );
  expect(await status()).toBe(200);
  expect(server.calls).toEqual([]);
});

it('has no page without a token, and one behind it with one', async () => {
  const page = functionUrlEvent({ method: 'GET', target: '/', headers: {} });
  const secrets = { [SIGNING_SECRET_ARN]: SECRET, [PAGE_TOKEN_ARN]: 'a-page-token-of-some-length' };
  expect(await (await start(secrets)).status(page)).toBe(404);
  const withPage = await start(secrets, { PAGE_TOKEN_ARN });
  expect(await withPage.status(page)).toBe(401);
  const headers = { authorization: 'Bearer a-page-token-of-some-length' };
  expect(await withPage.status(functionUrlEvent({ method: 'GET', target: '/', headers }))).toBe(200);
});
