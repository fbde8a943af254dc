import { describe, expect, test } from 'vitest';
import { loadReceiverConfig } from '../../../functions/platforms/node/config/load-receiver-config.ts';
import { formatFaults } from '../../../settings/fault.ts';
import { faultLines, SECRET, withSubscription } from './load.ts';

const MANY = 60_000;

/** Milliseconds of this process's own work: other work on the machine does not count. */
function workMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const keys = (indent: string, count = MANY) =>
  Array.from({ length: count }, (_, index) => `${indent}k${index}: 1\n`).join('');

describe('a large file with nothing but mistakes is answered soon, with the first fifty and their number', () => {
  test.each([
    ['unknown keys', withSubscription() + keys('')],
    ['unknown keys of a subscription', withSubscription() + keys('    ')],
    ['labels that are no text', `${withSubscription('selector:')}${keys('      ')}`],
    [
      'unknown keys of a thousand subscriptions',
      `subscriptions:\n${`- { ${keys('', 60).replaceAll('\n', ', ')} }\n`.repeat(1_000)}`,
    ],
    ['one key again and again', `${withSubscription()}${'again: 1\n'.repeat(MANY)}`],
    ['lines that are no YAML', 'a: b: c\n'.repeat(MANY)],
    ['a list that is too long', withSubscription(`namespaces: [${'a,'.repeat(MANY)}]`)],
    ['subscriptions of one name', `subscriptions:\n${'- name: a\n'.repeat(MANY)}`],
  ])('%s', (_, yaml) => {
    expect(yaml.length).toBeLessThan(1024 * 1024);
    // A second on a machine of its own; before, it was minutes.
    const tookMs = workMs(() => {
      const { length } = faultLines(yaml);
      expect(length).toBeGreaterThan(0);
      expect(length).toBeLessThanOrEqual(51);
    });
    expect(tookMs).toBeLessThan(10_000);
  });
});

test.each([
  ['keys', keys('')],
  ['variables', `vars:\n${keys('  ')}`],
])('so is one of the receiver with too many %s', (_, yaml) => {
  const readFile = () => `signingSecretEnv: S\n${yaml}`;
  const tookMs = workMs(() => {
    const result = loadReceiverConfig({ env: { S: SECRET }, readFile });
    const lines = result.kind === 'invalid' ? formatFaults(result.faults).split('\n') : [];
    expect(lines).toHaveLength(51);
  });
  expect(tookMs).toBeLessThan(10_000);
});

test('the nearest key is still told for the first ones', () => {
  const lines = faultLines(`clustr: a\n${withSubscription()}${keys('')}`);
  expect(lines[0]).toBe('offhook.yaml:1:1 clustr: unknown key; did you mean "cluster"?');
  expect(lines.at(-1)).toBe(`… and ${MANY + 1 - 50} more`);
});

test('keys that are given twice are told at any depth, also in lists', () => {
  expect(faultLines('a:\n  - { b: 1, b: 2 }\n  - c: 1\n    "c": 2\n')).toEqual([
    'offhook.yaml:2:13: the key is given twice in the same map; keep one of them',
    'offhook.yaml:4:5: the key is given twice in the same map; keep one of them',
  ]);
});
