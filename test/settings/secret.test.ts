import { expect, test } from 'vitest';
import { Secret } from '../../settings/secret.ts';

test('does not print by conversion, spreading or concatenation either', () => {
  const secret = new Secret('visible');
  expect([`${secret}`, String(secret), `a${secret}`, JSON.stringify({ ...secret })]).toEqual([
    '[secret]',
    '[secret]',
    'a[secret]',
    '{}',
  ]);
  expect(secret.reveal()).toBe('visible');
});
