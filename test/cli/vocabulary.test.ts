import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { receiverSchema } from '../../functions/platforms/node/config/receiver-schema.ts';
import { createSecretSources } from '../../settings/secret-source.ts';
import { configSchema } from '../../watcher/config/config-schema.ts';
import { allCommands } from './support/all-commands.ts';
import { keysOf } from './support/keys-of.ts';

const root = join(import.meta.dirname, '..', '..');
const sources = createSecretSources({ env: {}, readFile: () => '' });
/** Fields of objects that Kubernetes has named, to be copied from there as they are. */
const KUBERNETES = ['subscriptions.selectorExpressions.key'];
/** What looks like a secret or a time by its name, and is none. */
const NEITHER = ['tokenURL', 'secretNamespaces', 'waiting', 'waitingBytes'];
const watcherKeys = keysOf(configSchema(sources)).filter((path) => !KUBERNETES.includes(path));
const receiverKeys = keysOf(receiverSchema(sources));
const options = [...new Set(allCommands.flatMap(({ command }) => Object.keys(command.options)))];

/** Idea → how a name that means it can be recognised, and the only names that may. */
const VOCABULARY: Readonly<Record<string, { recognised: RegExp; keys: RegExp; options: RegExp }>> = {
  'a directory': {
    recognised: /dir(ectory)?$/i,
    keys: /^(dataDir|dir)$/,
    options: /^data-dir$/,
  },
  'where it listens': {
    recognised: /^(listen|server|host|port|bind|address)$/i,
    keys: /^(listen|host|port)$/,
    options: /^(port|server)$/,
  },
  'a secret': {
    recognised: /secret|key-?(file|env)?$|token/i,
    keys: /^(signingSecret(File|Env)|previousSecretFiles|bearerToken(File|Env)|token(File|Env)|secretAccessKey(File|Env)|keyFile|clientSecret(File|Env)|(previousS|s)igningKeyFile)$/,
    options: /^((signing|checkpoint)-secret-(file|env)|(bearer-)?token-file)$/,
  },
  'how long it is kept': { recognised: /retention|retain|keep|days$/i, keys: /^retention$/, options: /^$/ },
  'the longest time': { recognised: /time-?out|deadline|^wait/i, keys: /^timeout$/, options: /^timeout$/ },
  'a page of a list': {
    recognised: /^(limit|cursor|after|page|offset)$/i,
    keys: /^page$/,
    options: /^(limit|after)$/,
  },
  'where output goes': { recognised: /^out(put|-file)?$/i, keys: /^$/, options: /^out$/ },
};

const last = (path: string): string => path.split('.').at(-1) ?? '';

it.each(Object.entries(VOCABULARY))(
  '%s has one name, wherever it is told',
  (_idea, { recognised, ...allowed }) => {
    const keys = [...watcherKeys, ...receiverKeys]
      .map(last)
      .filter((name) => recognised.test(name) && !NEITHER.includes(name));
    expect(keys.filter((name) => !allowed.keys.test(name))).toEqual([]);
    const named = options.filter((name) => recognised.test(name));
    expect(named.filter((name) => !allowed.options.test(name))).toEqual([]);
    expect(keys.length + named.length).toBeGreaterThan(0);
  },
);

it('no duration is a number with its unit in the name', () => {
  const units = /(seconds|secs|minutes|hours|days|ms)$/i;
  expect([...watcherKeys, ...receiverKeys].filter((name) => units.test(name))).toEqual([]);
});

it('what both files have is the same on both sides', () => {
  const shared = ['dataDir', 'listen', 'listen.host', 'listen.port', 'log.level', 'log.format', 'proxy'];
  for (const key of shared) {
    expect(watcherKeys, key).toContain(key);
    expect(receiverKeys, key).toContain(key);
  }
});

/** Old names, as they would stand in a file, on a command line or in the environment. */
const FORMER =
  /^\s*(# )?(- )?(secretFile|secretEnv|timeoutSeconds|retentionDays|server):|journal:\s+directory:|`(journal\.directory|audit\.retentionDays|secretFile|secretEnv|server\.(host|port))`|offhook (journal|audit) [^\n`]* --(journal|cursor|wait|output|signing-key|key)\b|OFFHOOK_JOURNAL_DIR|RETENTION_SECONDS|AUDIT_RETENTION_DAYS/m;

it('documentation and examples use the new names', () => {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const files = [
    ...docs.map((name) => join('docs', name)),
    ...['README.md', 'offhook.example.yaml', 'offhook-receiver.example.yaml', 'wrangler.toml'],
  ];
  const found = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
      // The one table that tells them.
      .replace(/^## Old names$[\s\S]*?^(?=## )/m, '')
      // A setting of the stack on AWS, as Lambda calls it.
      .replace(/^handlers:\n {2}timeoutSeconds: \d+$/m, '');
    const match = FORMER.exec(text);
    return match === null ? [] : [`${file}: ${match[0]}`];
  });
  expect(found).toEqual([]);
});
