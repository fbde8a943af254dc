import { expect, test } from 'vitest';
import { createRememberedNamespaces } from '../../../watcher/tenancy/objects/remembered-namespaces.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const shop = { name: 'shop', labels: { team: 'web' } };
const bank = { name: 'bank', labels: { team: 'money' } };

function remembering() {
  const clock = createFakeClock();
  const remembered = createRememberedNamespaces(clock);
  return { ...remembered, clock, names: () => remembered.all().map(({ name }) => name) };
}

test('a namespace that is gone is remembered for ten minutes', async () => {
  const { see, names, clock } = remembering();
  see([shop, bank]);
  see([shop]);
  await clock.advance(599_999);
  expect(names()).toEqual(['shop', 'bank']);
  await clock.advance(1);
  expect(names()).toEqual(['shop']);
});

test('one that was made again has its new labels alone', () => {
  const { see, all } = remembering();
  see([bank]);
  see([]);
  const again = { ...bank, labels: { team: 'web' } };
  see([again]);
  expect(all()).toEqual([again]);
});

test('of many that are gone the latest thousand are remembered', () => {
  const { see, names } = remembering();
  const many = Array.from({ length: 1_500 }, (_, index) => ({ ...shop, name: `n-${index}` }));
  see(many);
  see(many.slice(800));
  see([]);
  expect(names()).toEqual(many.slice(500).map(({ name }) => name));
});
