import { expect, test } from 'vitest';
import { classifyAnswer } from '../../../../watcher/delivery/send/classify-answer.ts';
import { classifyFailure } from '../../../../watcher/delivery/send/classify-failure.ts';

test.for([
  ['dns ENOTFOUND', 'DNS'],
  ['connect ECONNREFUSED', 'Connect'],
  ['reset ECONNRESET', 'Connect'],
  ['network EWHATEVER', 'Connect'],
  ['service no ready endpoint', 'Connect'],
  ['tls CERT_HAS_EXPIRED', 'TLS'],
  ['timeout 15000 ms', 'Timeout'],
  ['timeout 15000 ms, given up after 15 attempts', 'Timeout'],
  ['proxy timeout 15000 ms', 'Timeout'],
  ['proxy 407', 'Connect'],
  ['proxy ECONNREFUSED', 'Connect'],
  ['denied PrivateAddress', 'Denied'],
  ['protocol HPE_INVALID_CONSTANT', 'BadResponse'],
  ['oauth2 invalid_client', 'ClientError'],
  ['oauth2 http 403', 'ClientError'],
  ['oauth2 http 503', 'ServerError'],
  ['oauth2 http 302', 'BadResponse'],
  ['oauth2 temporarily_unavailable', 'ServerError'],
  ['oauth2 dns ENOTFOUND', 'DNS'],
  ['oauth2 timeout 7500 ms', 'Timeout'],
  ['oauth2 tls CERT_HAS_EXPIRED', 'TLS'],
  ['oauth2 denied PrivateAddress', 'Denied'],
  ['oauth2 malformed answer', 'BadResponse'],
  ['oauth2 answer too large', 'BadResponse'],
  ['oauth2 no bearer token', 'BadResponse'],
  ['eventbridge AccessDeniedException', 'ClientError'],
  ['eventbridge ThrottlingException', 'ServerError'],
  ['eventbridge InternalFailure', 'ServerError'],
  ['expired', null],
  ['namespace quota: 10000 deliveries wait', null],
] as const)('%s: %s', ([reason, expected]) => {
  expect(classifyFailure(reason)).toBe(expected);
});

test.for([
  [301, null, 'BadResponse'],
  [400, null, 'ClientError'],
  [404, null, 'ClientError'],
  [410, null, 'Gone'],
  [415, null, 'Refused'],
  [429, null, 'ClientError'],
  [500, null, 'ServerError'],
  [503, null, 'ServerError'],
  [200, 'disable', 'Gone'],
  [500, 'disable', 'Gone'],
  [422, 'abort-message', 'Refused'],
] as const)('an answer %i %s: %s', ([status, delivery, expected]) => {
  const outcome = classifyAnswer({ status, retryAfter: null, delivery, code: null }, 0);
  expect(outcome.kind === 'delivered' ? null : classifyFailure(outcome.reason)).toBe(expected);
});
