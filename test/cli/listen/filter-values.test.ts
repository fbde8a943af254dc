import { expect, it } from 'vitest';
import { exitCodesValue, labelRequirementValue } from '../../../cli/listen/filter-values.ts';

it.each([
  ['app=checkout', { key: 'app', operator: 'In', values: ['checkout'] }],
  ['app==checkout', { key: 'app', operator: 'In', values: ['checkout'] }],
  ['app=', { key: 'app', operator: 'In', values: [''] }],
  ['example.com/tier!=db', { key: 'example.com/tier', operator: 'NotIn', values: ['db'] }],
  ['tier in (web, edge)', { key: 'tier', operator: 'In', values: ['web', 'edge'] }],
  ['tier notin (db,)', { key: 'tier', operator: 'NotIn', values: ['db', ''] }],
  ['tier notin(db)', { key: 'tier', operator: 'NotIn', values: ['db'] }],
  ['in in (in)', { key: 'in', operator: 'In', values: ['in'] }],
  ['canary', { key: 'canary', operator: 'Exists' }],
  ['!canary', { key: 'canary', operator: 'DoesNotExist' }],
])('the label %s is what kubectl takes it for', (given, expression) => {
  expect(labelRequirementValue.read(given, 0)).toEqual(expression);
});

it.each([
  '',
  '=',
  '!',
  'a b',
  'a in',
  'a in (b',
  'a in (b) c',
  'a in (b c)',
  'a=b=c',
  'a/b/c',
  'a,b',
  'a>1',
  'a=b,c=d',
])('the label %j is refused', (given) => {
  expect(labelRequirementValue.read(given, 0)).toBeUndefined();
});

it.each([
  ['0', { operator: 'In', values: [0] }],
  ['1,137', { operator: 'In', values: [1, 137] }],
  ['!0,143', { operator: 'NotIn', values: [0, 143] }],
])('the exit codes %s are read', (given, codes) => {
  expect(exitCodesValue.read(given, 0)).toEqual(codes);
});

it.each(['', '!', '256', '-1', '1,', '1;2', '0x1'])('the exit codes %j are refused', (given) => {
  expect(exitCodesValue.read(given, 0)).toBeUndefined();
});
