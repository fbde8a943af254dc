import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../../../protocol/http/retry-after.ts';
import { classifyStatus } from '../../../../watcher/source/api/api-status.ts';
import { readWatchMessage } from '../../../../watcher/source/api/watch-message.ts';
import { recordedAnswer } from '../../../support/recorded-answer.ts';

function classifyRecorded(name: string) {
  const { status, headers, body } = recordedAnswer(name);
  return classifyStatus(status, JSON.parse(body), parseRetryAfter(headers['retry-after'] ?? null, 0));
}

describe('classifyStatus', () => {
  it.each([
    ['list-continue-expired', 'expired'],
    ['list-too-new', 'tooNew'],
    ['unauthorized', 'unauthorized'],
    ['forbidden', 'forbidden'],
    ['watch-bad-rv', 'unavailable'],
  ])('knows the recorded %s as %s', (name, kind) => {
    expect(classifyRecorded(name).kind).toBe(kind);
  });

  it('knows the 410 inside a stream, by code or by either reason', () => {
    const line = recordedAnswer('watch-too-old').body.trim();
    expect(readWatchMessage(line, () => null)).toMatchObject({ kind: 'error', ending: { kind: 'expired' } });
    expect(classifyStatus(null, { reason: 'Gone' }).kind).toBe('expired');
    expect(classifyStatus(null, { reason: 'Expired', code: 500 }).kind).toBe('expired');
  });

  it.each([
    [429, 7_000, {}, { kind: 'throttled', retryAfterMs: 7_000 }],
    [503, 0, {}, { kind: 'unavailable', retryAfterMs: 0 }],
    [503, null, { details: { retryAfterSeconds: 2 } }, { kind: 'unavailable', retryAfterMs: 2_000 }],
    [429, 86_400_000, {}, { kind: 'throttled', retryAfterMs: 300_000 }],
  ])('%i with Retry-After of %j ms and %j', (status, askedMs, body, expected) => {
    expect(classifyStatus(status, body, askedMs)).toMatchObject(expected);
  });

  it.each([{}, { details: { retryAfterSeconds: -1 } }, { details: { retryAfterSeconds: 'soon' } }])(
    'has no opinion about when to come back where the server has none: %j',
    (body) => {
      expect(classifyStatus(429, body)).not.toHaveProperty('retryAfterMs');
    },
  );

  it('takes anything for a body and cuts long messages', () => {
    expect(classifyStatus(502, '<html>').kind).toBe('unavailable');
    expect(classifyStatus(400, null).kind).toBe('rejected');
    expect(classifyStatus(500, { message: 'x'.repeat(10_000) }).message.length).toBeLessThan(400);
  });
});

describe('readWatchMessage', () => {
  it.each([
    'not json',
    '["canary"]',
    '{"type":"ADDED"}',
    '{"type":"ADDED","object":{"metadata":{"resourceVersion":"1"}}}',
    '{"type":"CHANGED","object":{"metadata":{"uid":"u","resourceVersion":"1"}}}',
    '{"type":"BOOKMARK","object":{"metadata":{}}}',
  ])('finds %j malformed and does not quote it', (line) => {
    const message = readWatchMessage(line, () => null);
    expect(message).toMatchObject({ kind: 'error', ending: { kind: 'malformed' } });
    expect(JSON.stringify(message)).not.toContain(line.slice(2, 10));
  });

  it('reads the bookmark that ends the initial events, whose object has null for containers', () => {
    const line = recordedAnswer('watch-list').body.trim().split('\n').at(-1) ?? '';
    expect(readWatchMessage(line, () => null)).toEqual({
      kind: 'bookmark',
      resourceVersion: '1855',
      initialEventsEnd: true,
    });
  });
});
