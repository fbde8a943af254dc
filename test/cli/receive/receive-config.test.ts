import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadReceiverConfig } from '../../../functions/platforms/node/config/load-receiver-config.ts';
import type { ReceiverConfig } from '../../../functions/platforms/node/config/receiver-config.ts';
import { generateSecret } from '../../../protocol/signature/keygen.ts';
import { formatFaults } from '../../../settings/fault.ts';
import { createTestAuthority } from '../../support/test-certificates.ts';
import { SECRET } from '../../support/watch-config.ts';

type Surroundings = { readonly env?: Record<string, string>; readonly files?: Record<string, string> };

const EXAMPLE = readFileSync(
  join(import.meta.dirname, '..', '..', '..', 'offhook-receiver.example.yaml'),
  'utf8',
);
const SECOND = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const MINIMAL = 'signingSecretFile: bridge.secret\n';
const TOKEN = 'a-token-of-the-page';

function load(yaml: string, { env = {}, files = {} }: Surroundings = {}) {
  const disk: Record<string, string> = {
    'bridge.secret': `${SECRET}\n`,
    ...files,
    'offhook-receiver.yaml': yaml,
  };
  const readFile = (path: string) => {
    const content = disk[path];
    if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return content;
  };
  return loadReceiverConfig({ env, readFile });
}

function loadOk(yaml: string, surroundings: Surroundings = {}): ReceiverConfig {
  const result = load(yaml, surroundings);
  if (result.kind === 'invalid') throw new Error(formatFaults(result.faults));
  return result.config;
}

function faultLines(yaml: string, surroundings: Surroundings = {}): string[] {
  const result = load(yaml, surroundings);
  return result.kind === 'invalid' ? formatFaults(result.faults).split('\n') : [];
}

const DEFAULTS = {
  listen: { host: '127.0.0.1', port: 8787, tls: null },
  metrics: null,
  dataDir: '.offhook-receiver',
  page: {},
  handlersModule: null,
  vars: {},
  retentionMs: 16 * 24 * 3_600_000,
  limits: { maxWaiting: 100_000, concurrency: 16, connections: 1_024, connectionsPerAddress: 512 },
  log: { level: 'info', format: 'auto' },
  egress: { ports: [443, 8443], deniedCidrs: [], allow: [], proxyEnforces: false },
};

describe('a good configuration', () => {
  test('binds keys to their clusters, in a list or in a file', () => {
    const files = {
      a: SECRET,
      'a.old': SECOND,
      both: `cluster-a=${SECRET}, urn:offhook:cluster:b=${SECOND}`,
    };
    const yaml =
      'keys:\n- { source: cluster-a, signingSecretFile: a, previousSecretFiles: [a.old] }\n' +
      '- { source: "urn:offhook:cluster:b", signingSecretEnv: B }\n';
    expect(loadOk(yaml, { files, env: { B: SECOND } }).keys.reveal()).toEqual([
      `cluster-a=${SECRET}`,
      `cluster-a=${SECOND}`,
      `urn:offhook:cluster:b=${SECOND}`,
    ]);
    expect(loadOk('signingSecretFile: both', { files }).keys.reveal()).toEqual(files.both.split(', '));
  });

  test('needs a secret; the rest has defaults', () => {
    const { keys, audit, proxyFor, ...rest } = loadOk(MINIMAL);
    expect(rest).toEqual(DEFAULTS);
    expect(proxyFor(new URL('https://a.example'))).toBeNull();
    expect(audit.reveal()).toEqual({ retentionMs: null, everyMs: 3_600_000, checkpoints: null });
    expect(keys.reveal()).toEqual([SECRET]);
  });

  test('is what the example shows', () => {
    const files = { '/etc/offhook/bridge.secret': SECRET };
    const { keys: _, audit, proxyFor: __, ...rest } = loadOk(EXAMPLE, { files });
    expect(rest).toEqual(DEFAULTS);
    expect(audit.reveal()).toEqual(loadOk(MINIMAL).audit.reveal());
  });

  test('is also what the example has commented out', () => {
    const everything = EXAMPLE
      // Keys only: prose does not look like one of these.
      .replace(
        /^( *)# ( *(?:previousSecretFiles|proxy|tls|certFile|keyFile|tokenFile|cloudflareAccess|team|audience|alb|arn|module|retention|checkpoints|signingSecretFile|s3|bucketUrl|region|prefix|accessKeyId|secretAccessKeyFile|[A-Z_]+):(?: .*)?)$/gm,
        '$1$2',
      )
      // Only with nothing else.
      .replace('open: false', '');
    const { cert, key } = createTestAuthority('test').issue('receiver');
    const files = {
      '/etc/offhook/bridge.secret': SECRET,
      '/etc/offhook/bridge.previous.secret': SECOND,
      '/etc/offhook/tls.crt': cert,
      '/etc/offhook/tls.key': key,
      '/etc/offhook/page.token': TOKEN,
      '/etc/offhook/call.secret': 'whsec_call',
      '/etc/offhook/checkpoint.secret': SECOND,
      '/etc/offhook/s3.secret': 'key',
    };
    const config = loadOk(everything, { files, env: { CHAT_WEBHOOK_URL: 'https://chat.example' } });
    expect(config).toMatchObject({
      listen: { tls: { certFile: '/etc/offhook/tls.crt', keyFile: '/etc/offhook/tls.key' } },
      page: { cloudflareAccess: { team: 'example' }, alb: { arn: expect.stringContaining('loadbalancer') } },
      handlersModule: './handlers.ts',
      vars: { CLEANUP_URL: 'https://cleanup.example.com/containers' },
    });
    expect(config.keys.reveal()).toEqual([SECRET, SECOND]);
    expect(config.page.token?.reveal()).toBe(TOKEN);
    expect(config.audit.reveal()).toMatchObject({
      retentionMs: 400 * 24 * 3_600_000,
      checkpoints: { secret: SECOND, place: { kind: 's3', region: 'eu-central-1', prefix: 'checkpoints/' } },
    });
  });

  test('takes several secrets from one place, and public keys', async () => {
    const { publicKey = '' } = await generateSecret('v1a');
    const env = { KEYS: `${SECRET}, ${publicKey}\n` };
    expect(loadOk('signingSecretEnv: KEYS', { env }).keys.reveal()).toEqual([SECRET, publicKey]);
  });

  test('never prints its secrets', () => {
    const yaml = `${MINIMAL}page: { tokenFile: t }\nvars: { CALL_SECRET: { env: CALL } }\n`;
    const config = loadOk(yaml, { files: { t: TOKEN }, env: { CALL: 'call-visible' } });
    const shown = JSON.stringify(config) + inspect(config, { depth: 20, showHidden: true });
    for (const hidden of [SECRET.slice(6), TOKEN, 'call-visible']) expect(shown).not.toContain(hidden);
  });
});

describe('faults', () => {
  test.each([
    ['', 'offhook-receiver.yaml: is empty; see offhook-receiver.example.yaml'],
    ['listen: {}', 'offhook-receiver.yaml:1:1: needs signingSecretFile or signingSecretEnv'],
    [`${MINIMAL}lisen: {}`, ':2:1 lisen: unknown key; did you mean "listen"?'],
    [`${MINIMAL}listen: { prot: 1 }`, ':2:11 listen.prot: unknown key; did you mean "port"?'],
    [
      `${MINIMAL}listen: { port: 70000 }`,
      ':2:17 listen.port: expected a whole number from 0 to 65535, got 70000',
    ],
    ['secretFile: bridge.secret', ':1:1 secretFile: unknown key; did you mean "signingSecretFile"?'],
    [
      `signingSecretFile: ${SECRET}`,
      ':1:20 signingSecretFile: expected the path of a file, got the secret itself',
    ],
    ['signingSecretFile: nowhere', ':1:20 signingSecretFile: secret file: no such file'],
    [`${MINIMAL}signingSecretEnv: A`, ':2:19 signingSecretEnv: environment variable A is not set'],
    [`${MINIMAL}page: { token: x }`, ':2:9 page.token: unknown key; did you mean "tokenFile"?'],
    [
      `${MINIMAL}page: { open: true }\nlisten: { host: "::" }`,
      ':2:15 page.open: shows everything to everyone',
    ],
    [`${MINIMAL}retention: 1h`, ':2:12 retention: expected a duration from 1d to 365d'],
    [`${MINIMAL}vars: { A: 1 }`, ':2:12 vars.A: a variable is text: write the value in quotes'],
    [`${MINIMAL}vars: { A-B: x }`, 'vars.A-B: is not the name of a variable'],
    [`${MINIMAL}vars: { A: [x] }`, ':2:12 vars.A: expected text, or where a secret is'],
    [`${MINIMAL}vars: { A: { file: nowhere } }`, ':2:20 vars.A.file: secret file: no such file'],
    [`${MINIMAL}vars: { A: { fiel: x } }`, ':2:14 vars.A.fiel: unknown key; did you mean "file"?'],
    [`${MINIMAL}vars: { A: {} }`, ':2:12 vars.A: expected text, or where a secret is'],
    [`${MINIMAL}log: { level: loud }`, ':2:15 log.level: expected one of debug, info, warn, error, silent'],
    [`${MINIMAL}handlers: { modul: x }`, ':2:13 handlers.modul: unknown key; did you mean "module"?'],
    [
      `${MINIMAL}limits: { concurrency: 0 }`,
      ':2:24 limits.concurrency: expected a whole number from 1 to 1000',
    ],
    [`${MINIMAL}audit: { retention: 12h }`, ':2:21 audit.retention: expected a duration from 1d to 36500d'],
    [`${MINIMAL}audit: { checkpoints: {} }`, ':2:23 audit.checkpoints: needs dir or s3'],
    [
      `${MINIMAL}audit: { checkpoints: { dir: d, signingSecretFile: nowhere } }`,
      ':2:52 audit.checkpoints.signingSecretFile: secret file: no such file',
    ],
    [
      `${MINIMAL}audit: { checkpoints: { s3: { bucketUrl: "https://user:visible@s3.example" } } }`,
      ':2:42 audit.checkpoints.s3.bucketUrl: expected the URL of a bucket',
    ],
    [
      `${MINIMAL}page: { alb: { arn: "arn:aws:nothing" } }`,
      ":2:21 page.alb.arn: the page's load balancer must be given as arn:aws:elasticloadbalancing:",
    ],
    [
      `${MINIMAL}page: { cloudflareAccess: { team: "a b", audience: short } }`,
      ':2:35 page.cloudflareAccess.team: the Cloudflare Access team must be the name before',
    ],
    [
      `${MINIMAL}page: { cloudflareAccess: { team: "a b", audience: short } }`,
      ':2:52 page.cloudflareAccess.audience: the Cloudflare Access audience must be',
    ],
    [
      `${MINIMAL}audit: { checkpoints: { s3: { bucketUrl: "https://s3.example/b", region: "a b", accessKeyId: "c d" } } }`,
      'audit.checkpoints.s3.region: it must be the name of a region',
    ],
    [`${MINIMAL}listen: { tls: { certFile: a, keyFile: b } }`, ':2:28 listen.tls.certFile: no such file'],
  ])('%j', (yaml, message) => {
    expect(faultLines(yaml).join('\n')).toContain(message);
  });

  test('come all at once, in reading order', () => {
    const yaml =
      'lisen: {}\nsigningSecretFile: short\nlimits: { concurrency: x }\npage: { tokenFile: t, tokenEnv: T }\n';
    const files = { short: 'whsec_eA==', t: TOKEN };
    const lines = faultLines(yaml, { files, env: { T: TOKEN } });
    expect(lines.map((line) => line.split(' ')[1])).toEqual([
      'lisen:',
      'signingSecretFile:',
      'limits.concurrency:',
      'page.tokenEnv:',
    ]);
    expect(lines.join()).not.toContain('eA==');
  });

  test('a secret key has no place at a receiver, and no secret is shown', async () => {
    const { secret } = await generateSecret('v1a');
    const [line = ''] = faultLines(MINIMAL, { files: { 'bridge.secret': secret } });
    expect(line).toContain('whsk_ is a private key, which a receiver must not hold');
    expect(line).not.toContain(secret.slice(5, 20));
  });

  test.each([
    [
      `${MINIMAL}keys: [{ source: a, signingSecretFile: a }]`,
      ':2:7 keys: signingSecretFile is given too: its keys could',
    ],
    ['keys: []', ':1:7 keys: expected at least one cluster'],
    ['keys: [{ source: a }]', ':1:8 keys[0]: needs signingSecretFile or signingSecretEnv'],
    ['keys: [{ signingSecretFile: a }]', 'keys[0].source: '],
    ['keys: [{ source: "urn:uuid:a", signingSecretFile: a }]', "keys[0].source: expected a cluster's UID"],
    ['keys: [{ cluster: a, signingSecretFile: a }]', 'keys[0].cluster: unknown key; did you mean "source"?'],
    ['keys: [{ source: a, signingSecretFile: bound }]', 'keys[0].signingSecretFile: a key names its cluster'],
    [
      'keys: [{ source: a, signingSecretFile: a }, { source: any, signingSecretFile: b }]',
      ':1:7 keys: key 2 of 2 is bound to no cluster, but others are',
    ],
    [
      'signingSecretFile: mixed',
      ':1:20 signingSecretFile: key 2 of 2 is bound to no cluster, but others are: it could speak for theirs',
    ],
    ['signingSecretFile: many', 'expected 1 to 8 verification keys of one cluster, got 9'],
  ])('keys of clusters: %j', (yaml, message) => {
    const files = {
      a: SECRET,
      b: SECOND,
      bound: `a=${SECRET}`,
      mixed: `a=${SECRET} ${SECOND}`,
      many: Array(9).fill(`a=${SECRET}`).join(' '),
    };
    expect(faultLines(yaml, { files }).join('\n')).toContain(message);
    expect(faultLines(yaml, { files }).join('\n')).not.toContain(SECRET.slice(6));
  });

  test('more than eight keys are refused', () => {
    const files = { 'bridge.secret': Array(5).fill(SECRET).join(' '), old: Array(4).fill(SECOND).join(' ') };
    expect(faultLines(`${MINIMAL}previousSecretFiles: [old]`, { files })).toEqual([
      expect.stringContaining(':2:22 previousSecretFiles: makes 9 keys in all; at most 8'),
    ]);
  });

  test('TLS files that do not go together', () => {
    const authority = createTestAuthority('test');
    const yaml = `${MINIMAL}listen: { tls: { certFile: c, keyFile: k } }`;
    const [one, two] = [authority.issue('one'), authority.issue('two')];
    const message = (files: Record<string, string>) => faultLines(yaml, { files })[0];
    expect(message({ c: one.cert, k: one.key })).toBeUndefined();
    expect(message({ c: one.cert, k: two.key })).toContain(
      'listen.tls.keyFile: is not the key of the certificate',
    );
    expect(message({ c: 'x', k: one.key })).toContain('listen.tls.certFile: holds no certificate in PEM');
    expect(message({ c: one.cert, k: 'x' })).toContain('listen.tls.keyFile: holds no private key in PEM');
  });
});
