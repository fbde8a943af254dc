import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { faultLines, loadOk, SECRET, withSubscription } from './load.ts';

const PREFIX = 'subscriptions: [{ name: a, url: "https://a.example"';
const short = Buffer.from('visible-23-bytes-secret').toString('base64');

describe('signing secrets', () => {
  test.each([
    ['missing', {}, 'secret file: no such file'],
    ['empty', { s: '' }, 'secret file: is empty'],
    ['white space', { s: ' \n' }, 'secret file: is empty'],
    ['huge', { s: 'v'.repeat(16 * 1024 + 1) }, 'secret file: is larger than 16 KiB'],
    ['binary', { s: new Uint8Array([0xff]) }, 'secret file: is not UTF-8 text'],
    ['too short', { s: `whsec_${short}` }, 'signing secret must be 24-64 bytes'],
    ['one byte', { s: 'whsec_eA==' }, 'signing secret must be 24-64 bytes'],
    ['only the prefix', { s: 'whsec_' }, 'signing secret must be 24-64 bytes'],
    [
      'too long',
      { s: `whsec_${Buffer.alloc(65, 'v').toString('base64')}` },
      'signing secret must be 24-64 bytes',
    ],
    ['not base64', { s: 'whsec_visible!' }, 'signing secret must be 24-64 bytes'],
  ])('%s: refused without being shown', (_, files: Record<string, string | Uint8Array>, message) => {
    const [line = ''] = faultLines(`${PREFIX}, signingSecretFile: s }]`, { files });
    expect(line).toContain(`subscriptions[0].signingSecretFile: ${message}`);
    for (const hidden of [short, 'visible', 'eA==', 'vvv', 'dnZ2']) expect(line).not.toContain(hidden);
  });

  test.each([
    [{}, 'environment variable A_SECRET is not set'],
    [{ A_SECRET: '' }, 'environment variable A_SECRET is set but empty'],
    [{ A_SECRET: `whsec_${short}` }, 'signing secret must be 24-64 bytes'],
  ])('from a variable: %s', (env, message) => {
    const [line = ''] = faultLines(`${PREFIX}, signingSecretEnv: A_SECRET }]`, { env });
    expect(line).toContain(`subscriptions[0].signingSecretEnv: ${message}`);
    expect(line).not.toContain(short);
  });

  test('come from one place', () => {
    expect(faultLines(`${PREFIX} }]`)).toEqual([
      'offhook.yaml:1:17 subscriptions[0]: needs signingSecretFile or signingSecretEnv: where the signing secret is; `offhook keygen` makes one',
    ]);
    const env = { A_SECRET: SECRET };
    expect(faultLines(withSubscription('signingSecretEnv: A_SECRET'), { env })).toEqual([
      'offhook.yaml:5:23 subscriptions[0].signingSecretEnv: signingSecretFile is given too; keep one of them',
    ]);
  });

  test('that rotate out are at most three, each checked', () => {
    const files = { short: 'whsec_eA==' };
    const lines = faultLines(withSubscription('previousSecretFiles: [bridge.secret, short]'), { files });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('previousSecretFiles[1]: signing secret must be 24-64 bytes');
    const four = Array(4).fill('bridge.secret').join(', ');
    expect(faultLines(withSubscription(`previousSecretFiles: [${four}]`))).toEqual([
      'offhook.yaml:5:26 subscriptions[0].previousSecretFiles: expected at most 3 previous secrets',
    ]);
  });

  test.each([
    ['signingSecretFile', 'expected the path of a file, got the secret itself'],
    ['signingSecretEnv', 'expected the name of an environment variable, got the secret itself'],
  ])('pasted where %s names their place are not shown', (key, message) => {
    const lines = faultLines(`${PREFIX}, ${key}: ${SECRET} }]`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`subscriptions[0].${key}: ${message}`);
    expect(lines[0]).not.toContain(SECRET);
  });
});

describe('bearer tokens', () => {
  test.each([
    ['two\nlines', 'bearer token must be one word'],
    ['a b', 'bearer token must be one word'],
    ['ünïcode', 'bearer token must be one word'],
    ['v'.repeat(8193), 'bearer token is longer than 8192 characters'],
  ])('%j', (TOKEN, message) => {
    const [line = ''] = faultLines(withSubscription('bearerTokenEnv: TOKEN'), { env: { TOKEN } });
    expect(line).toContain(`subscriptions[0].bearerTokenEnv: ${message}`);
    expect(line).not.toContain(TOKEN);
  });

  test('come from one place', () => {
    const yaml = withSubscription('bearerTokenEnv: TOKEN', 'bearerTokenFile: t');
    expect(faultLines(yaml, { env: { TOKEN: 'a' }, files: { t: 'b' } })).toEqual([
      'offhook.yaml:5:21 subscriptions[0].bearerTokenEnv: bearerTokenFile is given too; keep one of them',
    ]);
  });
});

describe('a secret in the typed configuration', () => {
  test('does not print', () => {
    const config = loadOk(withSubscription('bearerTokenEnv: TOKEN'), { env: { TOKEN: 'visible-token' } });
    const shown = [
      JSON.stringify(config),
      inspect(config, { depth: 20, showHidden: true, getters: true }),
      inspect(structuredClone(JSON.parse(JSON.stringify(config))), { depth: 20 }),
    ];
    for (const text of shown) {
      expect(text).toContain('[secret]');
      expect(text).not.toContain('visible-token');
      // 24 bytes of 7, as base64 and as an inspected Uint8Array.
      expect(text).not.toMatch(/BwcHBwc|7, 7, 7|7,7,7/);
    }
  });
});
