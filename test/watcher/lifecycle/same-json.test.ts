import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sameJson } from '../../../watcher/lifecycle/same-json.ts';

it.each([
  [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1 }, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [[], {}, false],
  [{}, [], false],
  [null, {}, false],
  [{ a: null }, { b: null }, false],
  ['1', 1, false],
])('%j and %j: %s', (a, b, same) => {
  expect(sameJson(a, b)).toBe(same);
});

it('agrees with a comparison of everything', () => {
  const values = fc.tuple(fc.jsonValue({ noUnicodeString: false }), fc.jsonValue());
  fc.assert(
    fc.property(values, ([a, b]) => {
      const [left, right] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
      expect(sameJson(left, right)).toBe(isDeepStrictEqual(left, right));
      expect(sameJson(left, JSON.parse(JSON.stringify(left)))).toBe(true);
    }),
  );
});

/** Of a Pod what differs in depth: objects in lists in objects. */
const NESTED = {
  metadata: {
    name: 'web-1',
    labels: { app: 'web', tier: 'front' },
    ownerReferences: [{ kind: 'ReplicaSet', uid: 'u' }],
  },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Initialized', status: 'True' },
    ],
    containerStatuses: [
      { name: 'app', ready: true, restartCount: 3, state: { running: { startedAt: 't' } }, lastState: {} },
    ],
  },
};
const MODULE = new URL('../../../watcher/lifecycle/same-json.ts', import.meta.url);
const BUSY = `
  const { sameJson } = await import('${MODULE}');
  const [a, b] = [0, 1].map(() => JSON.parse(${JSON.stringify(JSON.stringify(NESTED))}));
  for (let n = 0; n < 20_000; n += 1) sameJson(a, b);
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (let n = 0; n < 20_000; n += 1) sameJson(a, b);`;

it('is compiled for speed in little memory, which the C library would keep', () => {
  const args = ['--turbo-stats', '--input-type=module', '-e', BUSY];
  const stats = execFileSync(process.execPath, args, { encoding: 'utf8' });
  const highest = [...stats.matchAll(/^ *totals .*?(\d+) +\d+(?: +[\d.]+)? +\w*$/gm)].map(([, bytes]) =>
    Number(bytes),
  );
  expect(highest.length).toBeGreaterThan(0);

  expect(Math.max(...highest)).toBeLessThan(2 * 1024 * 1024);
});
