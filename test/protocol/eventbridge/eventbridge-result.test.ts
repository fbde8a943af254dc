import { expect, test } from 'vitest';
import {
  readEventBridgeError,
  readEventBridgeResult,
} from '../../../protocol/eventbridge/eventbridge-result.ts';

test('an id is what a taken entry has', () => {
  expect(readEventBridgeResult({ EventId: '11710aed' })).toEqual({ kind: 'taken', busEventId: '11710aed' });
});

test.each([
  ['MalformedDetail', 'malformed'],
  ['InvalidArgument', 'malformed'],
  ['EntryTooLarge', 'malformed'],
  ['ThrottlingException', 'throttled'],
  ['TooManyRequestsException', 'throttled'],
  ['InternalFailure', 'failed'],
  ['internal_failure2', 'failed'],
])('%s of an entry or of a call is %s', (code, kind) => {
  expect(readEventBridgeResult({ ErrorCode: code })).toEqual({ kind, code });
  expect(readEventBridgeError(code)).toEqual({ kind, code });
});

test.each([undefined, null, 7, '', 'a b', '<script>', 'x'.repeat(65)])('%j is no code', (code) => {
  expect(readEventBridgeResult({ ErrorCode: code })).toEqual({ kind: 'failed', code: null });
});

test.each([undefined, {}, { EventId: 7 }])('%j is a failure without a code', (result) => {
  expect(readEventBridgeResult(result)).toEqual({ kind: 'failed', code: null });
});
