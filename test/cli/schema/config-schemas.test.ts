import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { COMMITTED_SCHEMAS } from '../../../cli/schema/write-schemas.ts';
import { loadReceiverConfig } from '../../../functions/platforms/node/config/load-receiver-config.ts';
import { RECEIVER_KEY_DESCRIPTIONS } from '../../../functions/platforms/node/config/receiver-key-descriptions.ts';
import { WATCHER_KEY_DESCRIPTIONS } from '../../../watcher/config/watcher-key-descriptions.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { load as loadWatcher, SECRET } from '../../watcher/config/load.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

type Schema = { readonly [key: string]: unknown };

const SCHEMAS = Object.fromEntries(
  Object.entries(COMMITTED_SCHEMAS).map(([file, name]) => [name, JSON.parse(read(`schemas/${file}`))]),
) as Record<'config' | 'receiver', Schema>;

// `deprecationMessage` is a keyword of editors.
const options = { strictTypes: false, strictRequired: false, keywords: ['deprecationMessage'] };
const ajv = new Ajv(options);
const thorough = new Ajv({ ...options, allErrors: true });
const takes = { config: ajv.compile(SCHEMAS.config), receiver: ajv.compile(SCHEMAS.receiver) };
const takesAll = { config: thorough.compile(SCHEMAS.config), receiver: thorough.compile(SCHEMAS.receiver) };

const files = { 'page.token': 'a-token-of-the-page' };
const env = { SIGNING: SECRET, TOKEN: 'a-token-of-the-page', PROXY: 'http://proxy.example' };
const disk: Record<string, string> = { 'bridge.secret': SECRET, ...files };

function readerTakes(name: 'config' | 'receiver', value: unknown): boolean {
  const text = JSON.stringify(value);
  if (name === 'config') return loadWatcher(text, { env, files }).kind === 'ok';
  const readFile = (path: string) => {
    const content = path === 'offhook-receiver.yaml' ? text : disk[path];
    if (content === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' });
    return content;
  };
  return loadReceiverConfig({ env, readFile }).kind === 'ok';
}

/** The path of every key that a schema describes, and its description. */
function keysIn(node: Schema, path = ''): [string, unknown][] {
  const below = Object.entries((node.properties ?? {}) as Record<string, Schema>).flatMap(([name, child]) => {
    const place = path === '' ? name : `${path}.${name}`;
    return [[place, child.description] as [string, unknown], ...keysIn(child, place)];
  });
  const parts = [...((node.anyOf ?? []) as Schema[])].flatMap((part) => keysIn(part, path));
  const entries = typeof node.items === 'object' ? keysIn(node.items as Schema, `${path}[]`) : [];
  const values =
    typeof node.additionalProperties === 'object'
      ? keysIn(node.additionalProperties as Schema, `${path}.*`)
      : [];
  return [...below, ...parts, ...entries, ...values];
}

describe.each([
  ['config', 'offhook', WATCHER_KEY_DESCRIPTIONS],
  ['receiver', 'offhook-receiver', RECEIVER_KEY_DESCRIPTIONS],
] as const)('offhook schema %s', (name, file, descriptions) => {
  it('prints what is committed for editors', async () => {
    const { code, stdout } = await startOffhook(['schema', name]).ended();
    expect([code, stdout]).toEqual([0, read(`schemas/${file}.schema.json`)]);
  });

  it('describes every key, and no other', () => {
    const keys = keysIn(SCHEMAS[name]);
    expect(keys.filter(([, text]) => typeof text !== 'string').map(([key]) => key)).toEqual([]);
    const described = Object.keys(descriptions).filter((key) => !key.endsWith('*'));
    const known = new Set(keys.map(([key]) => key));
    expect(described.filter((key) => !known.has(key))).toEqual([]);
  });

  it('takes the example, whose first line names it', () => {
    const example = read(`${file}.example.yaml`);
    expect(example.split('\n')[0]).toBe(`# yaml-language-server: $schema=${SCHEMAS[name].$id}`);
    expect([takes[name](parse(example)), takes[name].errors]).toEqual([true, null]);
  });
});

/** Blocks of the documentation that are whole files, by a key that each has. */
const BLOCKS = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((page) => `docs/${page}`)]
  .filter((page) => page.endsWith('.md'))
  .flatMap((page) =>
    [...read(page).matchAll(/^```ya?ml\n(.*?)^```/gms)].flatMap(([, text = '']) => {
      return parseAllDocuments(text).flatMap((document) => {
        const value: unknown = document.toJS();
        return typeof value === 'object' && value !== null ? [{ page, value }] : [];
      });
    }),
  );

/** What a schema has against a block, apart from keys that an excerpt leaves out. */
function faultsOf(name: 'config' | 'receiver', value: unknown): string[] {
  takesAll[name](value);
  const errors = (takesAll[name].errors ?? []).filter(
    ({ keyword, schemaPath }) => keyword !== 'required' && !schemaPath.endsWith('/items/anyOf'),
  );
  return errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

it('takes the files that the documentation shows', () => {
  // Values of the chart look alike, but name Secrets.
  const ofWatcher = BLOCKS.filter(
    ({ value }) => 'subscriptions' in value && !JSON.stringify(value).includes('"secret":'),
  );
  const ofReceiver = BLOCKS.filter(({ value }) => 'signingSecretFile' in value || 'vars' in value);
  expect(Math.min(ofWatcher.length, ofReceiver.length)).toBeGreaterThan(0);
  const faults = [
    ...ofWatcher.flatMap(({ page, value }) => faultsOf('config', value).map((fault) => `${page} ${fault}`)),
    ...ofReceiver.flatMap(({ page, value }) =>
      faultsOf('receiver', value).map((fault) => `${page} ${fault}`),
    ),
  ];
  expect(faults).toEqual([]);
});

const BRIDGE = { name: 'bridge', url: 'https://a.example', signingSecretFile: 'bridge.secret' };
const GOOD = { config: { subscriptions: [BRIDGE] }, receiver: { signingSecretFile: 'bridge.secret' } };
const PROXIES = ['http://proxy.example:3128', { env: 'PROXY' }, { file: 'a', env: 'PROXY' }, { env: 'A-B' }];
const EGRESS = [
  { ports: [443, 9000], deny: ['10.0.0.0/8', '::1'], proxyEnforces: true },
  { ports: [] },
  { ports: [0] },
  { deny: ['10.0.0.0/33'] },
  { allow: [{ hosts: ['*.Bücher.example'], ports: [80], allowHttp: true }] },
  { allow: [{ namespaces: ['shop'], cidrs: ['127.0.0.1'] }] },
  { allow: [{ namespaces: ['shop'] }] },
  { allow: [{ namespaces: ['shop'], hosts: ['10.0.0.1'] }] },
];
const DURATIONS = ['500ms', '20s', '1h', '10d', '0030d', '5', '5 s', '1H', '9999999999999s'];
const LOGS = [{ level: 'info' }, { format: 'json', level: 'silent' }, { level: 'INFO' }];

/** What is put where: some of it good, some not. */
const CHANGES: Record<keyof typeof GOOD, Record<string, readonly unknown[]>> = {
  config: {
    'subscriptions.0.name': ['b-2', 'B'],
    'subscriptions.0.url': ['HTTPS://ä.example/x?y=%20', 'https://[::1]:8', 'https://a/#b', 'ftp://a'],
    'subscriptions.0.signingSecretFile': ['none.secret', SECRET],
    'subscriptions.0.previousSecretFiles': [['bridge.secret'], Array(4).fill('bridge.secret')],
    'subscriptions.0.bearerTokenEnv': ['TOKEN', 'A-B'],
    'subscriptions.0.hooks': [['postStop'], ['gap', 'gap'], ['poststop']],
    'subscriptions.0.namespaces': [['shop'], ['Shop']],
    'subscriptions.0.selector': [{ app: 'a' }, { 'a.b/c': '' }, { app: 1 }, { '-': 'a' }],
    'subscriptions.0.ordering': ['container'],
    'subscriptions.0.concurrency': [256, 257, '1'],
    'subscriptions.0.timeout': DURATIONS,
    'subscriptions.0.timeoutSeconds': [5, 5.5, '5s'],
    'subscriptions.0.retrySchedule': [['0s', '7d'], ['8d'], ['1']],
    'subscriptions.0.allowHttp': ['yes'],
    'subscriptions.0.proxy': PROXIES,
    'subscriptions.0.surprise': ['x'],
    'subscriptions.1': [
      { name: 'bus', eventBridge: { busName: 'a', endpoint: 'http://a' }, allowHttp: true },
    ],
    cluster: ['prod'],
    dataDir: ['/var/lib/offhook'],
    journal: [
      { maxBytes: '2Gi' },
      { maxBytes: 1_048_576 },
      { maxBytes: 1 },
      { directory: 'x', retention: '2h' },
    ],
    server: [{ port: 0 }],
    listen: [{ host: '::' }, { port: 65_536 }],
    standby: [{ lease: { name: 'a.b' }, leaseDuration: '9s' }, { lease: {} }],
    watch: [{ node: 'n' }, { namespaces: ['a'] }, { resyncInterval: '1d' }],
    proxy: PROXIES,
    egress: EGRESS,
    log: LOGS,
  },
  receiver: {
    listen: [{ host: '::', port: 0 }, { port: -1 }],
    metrics: [{ port: 1 }],
    page: [{ tokenFile: 'page.token' }, { open: true }, { open: 'yes' }],
    vars: [{ A: 'b' }, { A: '' }, { A: { env: 'TOKEN' } }, { A: 1 }, { 'a-b': 'c' }, { A: {} }],
    handlers: [{ module: './a.ts' }],
    audit: [{ retention: '400d' }, { retentionDays: 400 }, { every: '5s' }],
    'audit.checkpoints': [
      { directory: 'a', signingSecretEnv: 'SIGNING' },
      { dir: 'a', s3: {} },
    ],
    retention: DURATIONS,
    limits: [{ maxWaiting: 1 }, { connections: 15 }],
    proxy: PROXIES,
    egress: EGRESS,
    log: LOGS,
  },
};
const ODD = [null, '', 0, -1, 0.5, [], {}, true, false, 'none', ' ', 'a b', 'x'.repeat(300), '\u0085'];

function changed(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value)) return value.toSpliced(Number(key), 1, changed(value[Number(key)], rest, put));
  return { ...(value as object), [key]: changed((value as Record<string, unknown>)?.[key], rest, put) };
}

describe.each(['config', 'receiver'] as const)('the schema of %s', (name) => {
  const singles = Object.entries(CHANGES[name]).flatMap(([place, values]) =>
    [...values, ...ODD].map((value) => [place.split('.'), value] as const),
  );
  const check = (value: unknown): boolean => {
    if (!readerTakes(name, value)) return false;
    expect([value, takes[name](value), takes[name].errors]).toEqual([value, true, null]);
    return true;
  };

  it('takes every file that the reader takes', () => {
    const taken = singles.filter(([place, value]) => check(changed(GOOD[name], place, value)));
    expect(taken.length).toBeGreaterThan(Object.keys(CHANGES[name]).length);
    const several = fc.subarray(taken, { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(several, (changes) => {
        check(changes.reduce<unknown>((value, [place, put]) => changed(value, place, put), GOOD[name]));
      }),
      { numRuns: 40 },
    );
  });
});

const one = (change: object) => ({
  subscriptions: [{ name: 'a', url: 'https://a.example', signingSecretFile: 'bridge.secret', ...change }],
});
const secret = { signingSecretFile: 'bridge.secret' };

it.each([
  ['config', 'no subscription', { subscriptions: [] }],
  ['config', 'an unknown key', { ...one({}), journel: {} }],
  ['config', 'an unknown key of a subscription', one({ secret: 'x' })],
  ['config', 'neither url nor eventBridge', one({ url: undefined })],
  ['config', 'a duration without its unit', one({ timeout: 15 })],
  ['config', 'a duration of another unit', one({ timeout: '1w' })],
  ['config', 'a size of another unit', { ...one({}), journal: { maxBytes: '1GB' } }],
  ['config', 'a hook in lower case', one({ hooks: ['poststop'] })],
  ['config', 'a hook twice', one({ hooks: ['gap', 'gap'] })],
  ['config', 'yes for true', one({ allowHttp: 'yes' })],
  ['config', 'the secret itself', one({ signingSecretFile: SECRET })],
  ['config', 'a number for a label', one({ selector: { app: 1 } })],
  ['config', 'a URL without its scheme', one({ url: 'a.example/events' })],
  ['config', 'a proxy in two places', { ...one({}), proxy: { file: 'a', env: 'B' } }],
  ['receiver', 'an unknown key', { ...secret, port: 1 }],
  ['receiver', 'a number for a variable', { ...secret, vars: { A: 1 } }],
  ['receiver', 'the secret itself', { signingSecretEnv: SECRET }],
  ['receiver', 'half of a TLS pair', { ...secret, listen: { tls: { certFile: 'a' } } }],
  ['receiver', 'a level of the watcher', { ...secret, log: { level: 'trace' } }],
] as const)('the schema of %s refuses %s, as the reader does', (name, _, value) => {
  const written: unknown = JSON.parse(JSON.stringify(value));
  expect([readerTakes(name, written), takes[name](written)]).toEqual([false, false]);
});
