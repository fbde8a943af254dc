import { expect, it } from 'vitest';
import { auditRetentionHints, auditRetentionMs } from '../../../functions/variables/audit-retention.ts';
import { retentionHints, retentionMs } from '../../../functions/variables/claim-retention.ts';

const DAY_MS = 86_400_000;

it.each([
  [{}, 16 * DAY_MS],
  [{ RETENTION: '' }, 16 * DAY_MS],
  [{ RETENTION: '90m' }, 90 * 60_000],
  [{ RETENTION_SECONDS: '86400' }, DAY_MS],
])('claims are kept as %j says', (vars, ms) => {
  expect(retentionMs(vars)).toBe(ms);
});

it.each([
  [{}, null],
  [{ AUDIT_RETENTION: '400d' }, 400 * DAY_MS],
  [{ AUDIT_RETENTION_DAYS: '10' }, 10 * DAY_MS],
])('audit records are kept as %j says', (vars, ms) => {
  expect(auditRetentionMs(vars)).toBe(ms);
});

it.each([
  [{ RETENTION: '16' }, 'RETENTION must be a duration above zero, such as 16d'],
  [{ RETENTION: '0s' }, 'RETENTION must be a duration'],
  [{ RETENTION_SECONDS: '16d' }, 'RETENTION_SECONDS must be a whole number of seconds above zero'],
  [
    { RETENTION: '1d', RETENTION_SECONDS: '1' },
    'RETENTION_SECONDS is called RETENTION now, which is set too',
  ],
])('%j is refused, and by its name', (vars, message) => {
  expect(() => retentionMs(vars)).toThrow(message);
});

it.each(['12h', '400', '36501d'])('AUDIT_RETENTION=%s is refused', (AUDIT_RETENTION) => {
  expect(() => auditRetentionMs({ AUDIT_RETENTION })).toThrow('AUDIT_RETENTION must be a duration from 1d');
});

it('an old name that works is told with the new one, and no other', () => {
  expect(retentionHints({ RETENTION_SECONDS: '60' })).toEqual([
    'RETENTION_SECONDS -> RETENTION (60s): the old name still works',
  ]);
  expect(auditRetentionHints({ AUDIT_RETENTION_DAYS: '9' })).toEqual([
    'AUDIT_RETENTION_DAYS -> AUDIT_RETENTION (9d): the old name still works',
  ]);
  expect(retentionHints({ RETENTION: '1d' })).toEqual([]);
  expect(retentionHints({ RETENTION_SECONDS: 'x' })).toEqual([]);
});
