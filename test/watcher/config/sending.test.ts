import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { deliveryTarget } from '../../../watcher/run/delivery-target.ts';
import { faultLines, loadOk, withSubscription } from './load.ts';

const surroundings = { env: { KEY: 's3cret' }, files: { 'client.secret': 'cl1ent\n' } };
const OAUTH2 =
  'oauth2: { tokenURL: "https://id.example.com/token", clientID: offhook, clientSecretFile: client.secret';

test('headers, OAuth2 and a rate are what the sender gets, and their secrets are in nothing that is printed', () => {
  const yaml = withSubscription(
    'headers: [{ name: X-Team, value: billing }, { name: x-api-key, valueEnv: KEY }]',
    `${OAUTH2}, scopes: [a, b], audience: api }`,
    'maxPerMinute: 600',
  );
  const [subscription] = loadOk(yaml, surroundings).subscriptions;
  if (subscription === undefined) throw new Error('no subscription');
  expect(inspect(subscription, { depth: 9 }) + JSON.stringify(subscription)).not.toMatch(/s3cret|cl1ent/);
  expect(deliveryTarget(subscription)).toMatchObject({
    maxPerMinute: 600,
    headers: [
      { name: 'X-Team', value: 'billing' },
      { name: 'x-api-key', value: 's3cret' },
    ],
    oauth2: {
      tokenUrl: 'https://id.example.com/token',
      clientId: 'offhook',
      clientSecret: 'cl1ent',
      scopes: ['a', 'b'],
      audience: 'api',
    },
  });
});

test.for<[line: string, message: string]>([
  ['headers: []', 'is empty; leave it out'],
  ...[
    'authorization',
    'Host',
    'cookie',
    'content-type',
    'content-length',
    'connection',
    'transfer-encoding',
  ].map((name): [string, string] => [`headers: [{ name: ${name}, value: a }]`, 'is set by Offhook']),
  ...['te', 'upgrade', 'proxy-authorization', 'expect', 'user-agent', 'Webhook-Id', 'ce-id'].map(
    (name): [string, string] => [`headers: [{ name: ${name}, value: a }]`, 'is set by Offhook'],
  ),
  ['headers: [{ name: "a b", value: a }]', 'expected the name of a header'],
  ['headers: [{ name: a, value: "é" }]', 'expected at most 1024 characters of printable ASCII'],
  ['headers: [{ name: a, value: "x\\r\\ny: z" }]', 'expected at most 1024 characters of printable ASCII'],
  [`headers: [{ name: a, value: ${'x'.repeat(1025)} }]`, 'expected at most 1024 characters'],
  ['headers: [{ name: a }]', 'needs exactly one of value, valueFile and valueEnv'],
  ['headers: [{ name: a, value: b, valueEnv: KEY }]', 'needs exactly one of value, valueFile and valueEnv'],
  ['headers: [{ name: a, valueEnv: NONE }]', 'environment variable NONE is not set'],
  ['headers: [{ name: a, value: b }, { name: A, value: c }]', 'is listed twice'],
  [
    `headers: [${Array.from({ length: 17 }, (_, index) => `{ name: a${index}, value: b }`).join(', ')}]`,
    'expected at most 16 headers',
  ],
  [
    'oauth2: { tokenURL: "https://a.example/", clientID: a }',
    'needs one of clientSecretFile and clientSecretEnv',
  ],
  [`${OAUTH2}, clientSecretEnv: KEY }`, 'needs one of clientSecretFile and clientSecretEnv'],
  [`${OAUTH2}, scopes: ["a b"] }`, 'expected a scope'],
  ['oauth2: { clientSecret: a }', 'unknown key; did you mean "clientSecretFile"?'],
  [
    'oauth2: { tokenURL: "http://a.example/", clientID: a, clientSecretEnv: KEY }',
    'https required; plain http needs allowHttp: true in this subscription',
  ],
  ['maxPerMinute: 0', 'expected a whole number from 1 to 60000, got 0'],
])('%s', ([line, message]) => {
  const lines = faultLines(withSubscription(line), surroundings);
  expect(lines.join('\n')).toContain(message);
  expect(lines.join('\n')).not.toMatch(/s3cret|cl1ent/);
});

test('a bearer token and OAuth2 exclude each other, and none of it belongs to a bus', () => {
  const both = withSubscription('bearerTokenEnv: KEY', `${OAUTH2} }`);
  expect(faultLines(both, surroundings).join('\n')).toContain('oauth2: a bearer token is given too');
  const bus =
    'subscriptions:\n  - name: a\n    eventBridge: { busName: b }\n    headers: [{ name: a, value: b }]\n';
  expect(faultLines(bus).join('\n')).toContain('headers: belongs to webhooks, not to eventBridge');
});
