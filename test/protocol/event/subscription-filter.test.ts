import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOOKS } from '../../../protocol/event/event-type.ts';
import type { ExitCodes } from '../../../protocol/event/exit-filter.ts';
import type { LabelExpression } from '../../../protocol/event/label-expression.ts';
import { CONTAINER_KINDS } from '../../../protocol/event/lifecycle-event.ts';
import {
  type ContainerSubject,
  type FilterSubject,
  matchesSubscriptionFilter,
  type SubscriptionFilter,
  subjectOf,
} from '../../../protocol/event/subscription-filter.ts';
import { disabled, gap, hookFailed, postStopAmended, preStop } from './lifecycle-events.ts';

const app: ContainerSubject = {
  hook: 'preStop',
  namespace: 'shop',
  labels: { app: 'checkout', tier: 'web' },
  container: { name: 'app', kind: 'app' },
};
const named = (name: string, kind: (typeof CONTAINER_KINDS)[number]): FilterSubject => ({
  ...app,
  container: { name, kind },
});

const ended = (code: number | null, reason: string | null): FilterSubject => ({
  ...app,
  hook: 'postStop',
  exit: { code, reason },
});
const annotated = (subscribe: readonly string[], ignore: boolean): FilterSubject => ({
  ...app,
  annotations: { subscribe, ignore },
});
const IN_WEB: LabelExpression = { key: 'tier', operator: 'In', values: ['web', 'edge'] };
const FAILED: ExitCodes = { operator: 'NotIn', values: [0, 143] };

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
  ['label expression satisfied', { selectorExpressions: [IN_WEB] }, app, true],
  [
    'label expression beside a selector',
    { selector: { app: 'cart' }, selectorExpressions: [IN_WEB] },
    app,
    false,
  ],
  ['exit code listed', { exitCodes: FAILED }, ended(1, 'Error'), true],
  ['exit code not listed', { exitCodes: { operator: 'In', values: [2, 3] } }, ended(1, 'Error'), false],
  ['exit code to leave out', { exitCodes: FAILED }, ended(143, 'Error'), false],
  ['unknown exit code, In', { exitCodes: { operator: 'In', values: [0] } }, ended(null, null), false],
  ['unknown exit code, NotIn', { exitCodes: FAILED }, ended(null, 'ContainerStatusUnknown'), false],
  ['exit codes, another hook', { exitCodes: FAILED }, app, false],
  ['reason listed', { reasons: ['Error', 'OOMKilled'] }, ended(137, 'OOMKilled'), true],
  ['reason in other letters', { reasons: ['oomkilled'] }, ended(137, 'OOMKilled'), false],
  ['no reason', { reasons: ['OOMKilled'] }, ended(137, null), false],
  ['reasons, another hook', { reasons: ['OOMKilled'] }, app, false],
  ['reason agrees, exit code does not', { reasons: ['Error'], exitCodes: FAILED }, ended(0, 'Error'), false],
  ['the Pod names the subscription', { annotation: 'billing' }, annotated(['audit', 'billing'], false), true],
  ['the Pod names another', { annotation: 'billing' }, annotated(['billing2'], false), false],
  ['the Pod names none', { annotation: 'billing' }, app, false],
  ['ignored, and that is honoured', { honoursIgnore: true }, annotated([], true), false],
  ['ignored, and that is not honoured', {}, annotated([], true), true],
  ['ignored and named', { honoursIgnore: true, annotation: 'billing' }, annotated(['billing'], true), false],
  ['not ignored', { honoursIgnore: true }, app, true],
  ['gap, filter for ends', { reasons: ['OOMKilled'], annotation: 'billing' }, { hook: 'gap' }, true],
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

test('an amendment is matched by its corrected facts', () => {
  const { exit } = postStopAmended.data;
  const wants = (exitCodes: ExitCodes) =>
    matchesSubscriptionFilter({ exitCodes }, subjectOf(postStopAmended));
  expect(subjectOf(postStopAmended)).toMatchObject({ exit: { code: exit.code, reason: exit.reason } });
  expect(wants({ operator: 'In', values: [exit.code ?? -1] })).toBe(true);
  expect(wants({ operator: 'NotIn', values: [exit.code ?? -1] })).toBe(false);
});
