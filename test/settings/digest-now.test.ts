import { expect, it } from 'vitest';
import { sha256Hex } from '../../protocol/bytes/sha256.ts';
import { digestNow } from '../../settings/digest-now.ts';

it.each(['', 'abc', 'Grüße, 世界, 😀', `half of a pair \ud83d`, 'x'.repeat(100_000)])(
  'the SHA-256 of a text is that of its UTF-8, by Node and by Web Crypto (%#)',
  async (text) => {
    const bytes = new TextEncoder().encode(text);
    const expected = await sha256Hex(bytes);
    expect(expected).toMatch(/^[0-9a-f]{64}$/);
    expect(await sha256Hex(text)).toBe(expected);
    expect(await sha256Hex(text, digestNow)).toBe(expected);
    expect(await sha256Hex(bytes, digestNow)).toBe(expected);
  },
);
