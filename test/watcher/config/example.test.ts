import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_RETRY_SCHEDULE_MS } from '../../../watcher/delivery/queue/retry-schedule.ts';
import { load, loadOk, SECRET, withSubscription } from './load.ts';

const example = readFileSync(join(import.meta.dirname, '..', '..', '..', 'offhook.example.yaml'), 'utf8');

const STANDBY = /^# A hot standby[\s\S]*?\n\n/m;

const files = {
  '/etc/offhook/bridge.secret': SECRET,
  '/etc/offhook/bridge.previous.secret': SECRET,
  '/etc/offhook/bridge.token': 'token',
};

test('the example loads without a warning and shows the defaults', () => {
  const result = load(example, { files });
  expect(result).toMatchObject({ kind: 'ok', warnings: [] });
  const { subscriptions: _, proxyFor: ___, ...shown } = loadOk(example, { files });
  const { subscriptions: __, proxyFor: ____, ...defaults } = loadOk(withSubscription());
  expect(shown).toEqual(defaults);
});

test('what the example has commented out is valid, too', () => {
  const everything = example
    // Excludes watch.node: see below.
    .replace(STANDBY, '')
    .replaceAll('https://…', 'https://events.example.com')
    // Keys and list items only: prose does not look like `key: value`.
    .replace(/^( *)# ((?: *- )? *[a-zA-Z]+:(?: .*)?)$/gm, (line, indent: string, code: string) =>
      /^ *(- )?(cluster|proxy|previousSecretFiles|bearerTokenFile|namespaces|selector|containers|retrySchedule|name|eventBridge|busName|region|endpoint|hooks|node|host):/.test(
        code,
      )
        ? `${indent}${code}`
        : line,
    );
  const config = loadOk(everything, { files });
  expect(config.subscriptions.map(({ target }) => target.kind)).toEqual(['webhook', 'eventBridge']);
  expect(config.subscriptions[0]?.retryScheduleMs).toEqual(DEFAULT_RETRY_SCHEDULE_MS);
  expect(config).toMatchObject({ cluster: 'prod-eu-1', watch: { node: 'node1' }, listen: { host: '::' } });
});

test('so is the standby, which excludes a single node', () => {
  const block = STANDBY.exec(example)?.[0] ?? '';
  const standby = block.replace(/^# ( *[a-zA-Z]+:(?: .*)?)$/gm, '$1');
  expect(loadOk(withSubscription() + standby).standby).toEqual({
    lease: { name: 'offhook', namespace: 'offhook' },
    leaseDurationMs: 8_000,
  });
  expect(loadOk(withSubscription()).standby).toBeUndefined();
});
