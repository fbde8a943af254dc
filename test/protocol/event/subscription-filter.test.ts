import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOOKS } from '../../../protocol/event/event-type.ts';
import { CONTAINER_KINDS } from '../../../protocol/event/lifecycle-event.ts';
import {
  type FilterSubject,
  matchesSubscriptionFilter,
  type SubscriptionFilter,
  subjectOf,
} from '../../../protocol/event/subscription-filter.ts';
import { disabled, gap, hookFailed, postStopAmended, preStop } from './lifecycle-events.ts';

const app: FilterSubject = {
  hook: 'preStop',
  namespace: 'shop',
  labels: { app: 'checkout', tier: 'web' },
  container: { name: 'app', kind: 'app' },
};
const named = (name: string, kind: (typeof CONTAINER_KINDS)[number]): FilterSubject => ({
  ...app,
  container: { name, kind },
});

test.each<[situation: string, filter: SubscriptionFilter, subject: FilterSubject, matches: boolean]>([
  ['no filter, app container', {}, app, true],
  ['no filter, sidecar', {}, named('proxy', 'sidecar'), true],
  ['no filter, init container', {}, named('setup', 'init'), false],
  ['no filter, ephemeral container', {}, named('debug', 'ephemeral'), false],
  ['hook listed', { hooks: ['postStart', 'preStop'] }, app, true],
  ['hook not listed', { hooks: ['postStart'] }, app, false],
  ['empty list of hooks', { hooks: [] }, app, false],
  ['namespace listed', { namespaces: ['other', 'shop'] }, app, true],
  ['namespace not listed', { namespaces: ['other'] }, app, false],
  ['empty list of namespaces', { namespaces: [] }, app, false],
  ['namespace by prefix', { namespaces: ['sho'] }, app, false],
  ['all labels equal', { selector: { app: 'checkout', tier: 'web' } }, app, true],
  ['one label of two differs', { selector: { app: 'checkout', tier: 'db' } }, app, false],
  ['label missing', { selector: { zone: '' } }, app, false],
  ['empty selector', { selector: {} }, app, true],
  ['a label called like a method', { selector: { constructor: 'x' } }, app, false],
  ['container named', { containers: ['app'] }, app, true],
  ['container not named', { containers: ['proxy'] }, app, false],
  ['init container named', { containers: ['setup'] }, named('setup', 'init'), true],
  ['ephemeral container named', { containers: ['debug'] }, named('debug', 'ephemeral'), true],
  ['sidecar not named', { containers: ['app'] }, named('proxy', 'sidecar'), false],
  ['empty list of containers', { containers: [] }, app, false],
  ['gap, no filter', {}, { hook: 'gap' }, true],
  [
    'gap, filter for a namespace',
    { namespaces: [], selector: { a: 'b' }, containers: [] },
    { hook: 'gap' },
    true,
  ],
  ['gap not listed', { hooks: ['preStop'] }, { hook: 'gap' }, false],
  ['disabled, no filter', { namespaces: ['shop'] }, { hook: 'disabled' }, true],
  ['disabled not listed', { hooks: ['gap'] }, { hook: 'disabled' }, false],
])('%s', (_situation, filter, subject, matches) => {
  expect(matchesSubscriptionFilter(filter, subject)).toBe(matches);
});

const names = fc.constantFrom('a', 'b');
const labels = fc.dictionary(names, names);
const subjects = fc.oneof(
  fc.record({
    hook: fc.constantFrom('preStart' as const, 'postStop' as const),
    namespace: names,
    labels,
    container: fc.record({ name: names, kind: fc.constantFrom(...CONTAINER_KINDS) }),
  }),
  fc.constantFrom({ hook: 'gap' as const }, { hook: 'disabled' as const }),
);
const filters = fc.record(
  {
    hooks: fc.subarray([...HOOKS]),
    namespaces: fc.subarray(['a', 'b']),
    selector: labels,
    containers: fc.subarray(['a', 'b']),
  },
  { requiredKeys: [] },
);

test('a filter admits what each of its fields admits alone', () => {
  fc.assert(
    fc.property(filters, subjects, (filter, subject) => {
      // Without `containers` the default kinds apply, to every part: so each part carries that field along.
      const rest = filter.containers === undefined ? {} : { containers: filter.containers };
      const parts = Object.entries(filter).map(([name, value]) =>
        matchesSubscriptionFilter({ ...rest, [name]: value }, subject),
      );
      expect(matchesSubscriptionFilter(filter, subject)).toBe(
        [matchesSubscriptionFilter(rest, subject), ...parts].every(Boolean),
      );
    }),
  );
});

test('the subject of an event is its hook, namespace, labels and container', () => {
  expect(subjectOf(preStop)).toEqual({
    hook: 'preStop',
    namespace: 'shop',
    labels: preStop.data.pod.labels,
    container: { name: 'app', kind: 'app' },
  });
  expect(subjectOf(hookFailed)).toMatchObject({ hook: 'hookFailed', container: { name: 'app' } });
  expect(subjectOf(gap)).toEqual({ hook: 'gap' });
  expect(subjectOf(disabled)).toEqual({ hook: 'disabled' });
});

test('an amendment goes to those who asked for postStop', () => {
  expect(matchesSubscriptionFilter({ hooks: ['postStop'] }, subjectOf(postStopAmended))).toBe(true);
});
