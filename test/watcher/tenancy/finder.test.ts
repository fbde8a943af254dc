import { expect, test } from 'vitest';
import { createGuard } from '../../../settings/outbound/guard/create-guard.ts';
import { NO_CREDENTIALS } from '../../../watcher/tenancy/credentials/target-credentials.ts';
import type { ReferenceFinding } from '../../../watcher/tenancy/finding/find-references.ts';
import { createFinder } from '../../../watcher/tenancy/finding/finder.ts';
import type { HookObject } from '../../../watcher/tenancy/objects/hook-object.ts';
import { readHookObject } from '../../../watcher/tenancy/objects/hook-object.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { hookSubscription } from './hook-objects.ts';

const MISSING: ReferenceFinding = { kind: 'missing', reason: 'SecretNotFound', message: 'none' };

const FOUND: ReferenceFinding = {
  kind: 'found',
  credentials: NO_CREDENTIALS,
  guard: createGuard({}, async () => []).forNamespace('shop'),
  version: '1',
};

type Wanted = Parameters<ReturnType<typeof createFinder>['follow']>[0];

function wanted(...names: readonly string[]): Wanted {
  return new Map(
    names.map((name) => {
      const each = readHookObject('HookSubscription', hookSubscription({ name, uid: name }));
      if (each?.spec == null) throw new Error('no object');
      return [name, { each, spec: each.spec }];
    }),
  );
}

function finderOf(look: (name: string) => Promise<ReferenceFinding>) {
  const clock = createFakeClock();
  const looked: string[] = [];
  const faults: unknown[] = [];
  const finder = createFinder({
    clock,
    look: ({ object }: HookObject) => {
      looked.push(object.name);
      return look(object.name);
    },
    onFound: () => {},
    onFault: (error) => void faults.push(error),
  });
  return { clock, finder, looked, faults };
}

test('an object whose looking fails in a way nobody foresaw ends nothing: others are found, and it is tried again', async () => {
  const { clock, finder, looked, faults } = finderOf(async (name) => {
    if (name === 'bad') throw new TypeError('Invalid URL');
    return MISSING;
  });
  finder.follow(wanted('bad', 'good'));
  await clock.advance(0);
  expect(finder.of('good')?.finding).toBe(MISSING);
  expect(finder.of('bad')?.finding.kind).toBe('unanswered');
  expect(faults).toHaveLength(1);
  await clock.advance(10_000);
  expect(looked.filter((name) => name === 'bad')).toHaveLength(2);
});

test('many objects that take long at every look do not keep one behind them from its own', async () => {
  const slow = Array.from({ length: 200 }, (_, index) => `slow-${index}`);
  const { clock, finder, looked } = finderOf(
    (name) =>
      new Promise((resolve) => {
        clock.after(name === 'quiet' ? 0 : 10_000, () => resolve(MISSING));
      }),
  );
  finder.follow(wanted(...slow, 'quiet'));
  await clock.advance(600_000);
  // 200 at a time of 8, for 10 s each: a round takes 250 s.
  expect(looked.filter((name) => name === 'quiet').length).toBeGreaterThanOrEqual(2);
});

test('credentials in doubt are looked for again, at most once a minute', async () => {
  const { clock, finder, looked } = finderOf(async () => FOUND);
  finder.follow(wanted('billing'));
  for (let second = 0; second < 58; second += 1) {
    await clock.advance(1_000);
    finder.doubt('billing');
  }
  expect(looked).toHaveLength(1);
  await clock.advance(4_000);
  expect(looked).toHaveLength(2);
  await clock.advance(60_000);
  expect(looked).toHaveLength(2);
  finder.stop();
});
