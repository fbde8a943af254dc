import fc from 'fast-check';
import { type CryptoKey, createLocalJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCloudflareAccess } from '../../../../functions/access/cloudflare/cloudflare-access.ts';
import { createWallClock } from '../../../support/wall-clock.ts';

const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const SECONDS = NOW / 1_000;
const MINUTE = 60_000;
const AUDIENCE = 'a'.repeat(64);
const ISSUER = 'https://shop.cloudflareaccess.com';
const GOOD_HEADER = { alg: 'RS256', kid: 'key-1', typ: 'JWT' };
const GOOD_CLAIMS = {
  iss: ISSUER,
  aud: [AUDIENCE],
  exp: SECONDS + 3_600,
  nbf: SECONDS,
  iat: SECONDS,
  sub: 'ada',
};

let privateKey: CryptoKey;
let jwk: JWK & { kty: string };

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  privateKey = pair.privateKey;
  jwk = { ...(await exportJWK(pair.publicKey)), kty: 'RSA', kid: 'key-1', alg: 'RS256', use: 'sig' };
});

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A token whose signature is good, whatever stands in it. */
async function sign(header: object = GOOD_HEADER, claims: object = GOOD_CLAIMS, key = privateKey) {
  const signed = `${encode(header)}.${encode(claims)}`;
  const bytes = new TextEncoder().encode(signed);
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', key, bytes);
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

/** Cloudflare Access with a clock, and a key server that counts. */
function createAccess(answer: () => Response = () => Response.json({ keys: [jwk] })) {
  const state = { nowMs: NOW, asked: 0 };
  const check = createCloudflareAccess(
    { team: 'shop', audience: AUDIENCE },
    {
      fetch: async () => {
        state.asked += 1;
        return answer();
      },
      clock: createWallClock(() => state.nowMs),
    },
  );
  const lets = async (token: string) => {
    const headers = { 'cf-access-jwt-assertion': token };
    return (await check(new Request('https://offhook.example/', { headers })))?.kind === 'allowed';
  };
  return { state, lets };
}

describe('a token of Cloudflare Access', () => {
  /** What jose, which knows the standards, says to the same token. */
  async function joseLets(token: string): Promise<boolean> {
    const options = {
      ...{ algorithms: ['RS256'], issuer: ISSUER, audience: AUDIENCE, requiredClaims: ['exp', 'iat'] },
      ...{ clockTolerance: 30, currentDate: new Date(NOW) },
    };
    return jwtVerify(token, createLocalJWKSet({ keys: [jwk] }), options).then(
      () => true,
      () => false,
    );
  }
  const time = fc.constantFrom(
    ...[-3_600, -31, -30, -29, -1, 0, 29, 30, 31, 60, 61, 3_600].map((seconds) => SECONDS + seconds),
    ...[0, -1, 1e300, 0.5, undefined, null, '1795359600', true, []],
  );
  const audience = fc.constantFrom<unknown>(
    ...[AUDIENCE, [AUDIENCE], ['other', AUDIENCE], [], ['other'], [[AUDIENCE]], '', null, undefined, 1],
    ...[AUDIENCE.slice(1), `${AUDIENCE} other`, { 0: AUDIENCE }],
  );
  const issuer = fc.constantFrom<unknown>(
    ISSUER,
    `${ISSUER}/`,
    [ISSUER],
    undefined,
    null,
    '',
    'https://evil.example',
  );
  const header = fc.record(
    {
      alg: fc.constantFrom<unknown>(
        'RS256',
        'RS256',
        'RS256',
        'RS512',
        'PS256',
        'HS256',
        'none',
        'rs256',
        null,
        1,
      ),
      kid: fc.constantFrom<unknown>('key-1', 'key-1', 'key-1', 'key-2', '', 1, null),
      typ: fc.constantFrom('JWT', 'at+jwt'),
      crit: fc.constantFrom<unknown>([], ['exp'], ['b64'], 1),
    },
    { requiredKeys: ['alg', 'kid'] },
  );
  const often = <T>(good: T, other: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(good) }, other);
  const claims = fc.record({
    aud: often<unknown>(GOOD_CLAIMS.aud, audience),
    iss: often<unknown>(ISSUER, issuer),
    exp: often<unknown>(GOOD_CLAIMS.exp, time),
    nbf: often<unknown>(GOOD_CLAIMS.nbf, time),
    iat: often<unknown>(GOOD_CLAIMS.iat, time),
  });

  /** jose looks at `iat` only where an age is limited, and then with the tolerance of the others. */
  const fromTheFuture = ({ iat }: { readonly iat: unknown }) => typeof iat === 'number' && iat > SECONDS + 60;

  it('is judged as jose does, and refused when it is from the future', async () => {
    const seen = { true: 0, false: 0 };
    const { lets } = createAccess();
    await fc.assert(
      fc.asyncProperty(often<object>(GOOD_HEADER, header), claims, async (head, body) => {
        const token = await sign(head as object, body);
        const expected = (await joseLets(token)) && !fromTheFuture(body);
        seen[`${expected}`] += 1;
        expect(await lets(token)).toBe(expected);
      }),
      { numRuns: 600 },
    );
    expect(seen.true).toBeGreaterThan(20);
    expect(seen.false).toBeGreaterThan(20);
  });

  it('is refused whatever single character of it is another', async () => {
    const { lets } = createAccess();
    const token = await sign();
    expect(await lets(token)).toBe(true);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 3),
        fc.constantFrom('A', 'x', '.', '=', ' ', '%'),
        async (at, other) => {
          const changed = token.slice(0, at) + other + token.slice(at + 1);
          expect(await lets(changed)).toBe(changed === token);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each<[string, () => Promise<string>]>([
    ['has a member more', async () => `${await sign()}.e30`],
    ['has no signature', async () => (await sign()).replace(/[^.]+$/, '')],
    ['has claims that are a list', () => sign(GOOD_HEADER, [GOOD_CLAIMS])],
    ['names no key', () => sign({ alg: 'RS256' })],
    ['is larger than any real one', () => sign(GOOD_HEADER, { ...GOOD_CLAIMS, more: 'x'.repeat(40_000) })],
  ])('is refused when it %s', async (_, make) => {
    expect(await createAccess().lets(await make())).toBe(false);
  });
});

describe('the keys of Cloudflare Access', () => {
  it('are kept for ten minutes', async () => {
    const { state, lets } = createAccess();
    const token = await sign();
    const askedAt = async (ms: number) => {
      state.nowMs = NOW + ms;
      expect(await lets(token)).toBe(true);
      return state.asked;
    };
    expect([await askedAt(0), await askedAt(10 * MINUTE - 1), await askedAt(10 * MINUTE)]).toEqual([1, 1, 2]);
  });

  it('are asked for again because of an unknown one, at most every 30 s', async () => {
    let keys: JWK[] = [jwk];
    const { state, lets } = createAccess(() => Response.json({ keys }));
    const unknown = await sign({ ...GOOD_HEADER, kid: 'key-2' });
    expect([await lets(await sign()), await lets(unknown), state.asked]).toEqual([true, false, 1]);
    state.nowMs += 30_000;
    await Promise.all(Array.from({ length: 20 }, () => lets(unknown)));
    expect(state.asked).toBe(2);
    keys = [{ ...jwk, kid: 'key-2' }];
    state.nowMs += 30_000;
    expect([await lets(unknown), state.asked]).toEqual([true, 3]);
  });

  it('are not asked for because of a token for somebody else', async () => {
    const { state, lets } = createAccess();
    for (const claims of [{ iss: 'https://evil.example' }, { aud: 'other' }, { exp: 1 }]) {
      expect(await lets(await sign(GOOD_HEADER, { ...GOOD_CLAIMS, ...claims }))).toBe(false);
    }
    expect(state.asked).toBe(0);
  });

  it('are asked for at most 60 times a minute while nobody answers', async () => {
    const { state, lets } = createAccess(() => new Response(null, { status: 503 }));
    const token = await sign();
    for (let index = 0; index < 80; index += 1) {
      await expect(lets(token)).rejects.toThrow('could not get the keys of Cloudflare Access');
    }
    expect(state.asked).toBe(60);
  });

  it.each<[string, () => object[]]>([
    ['for encryption', () => [{ ...jwk, use: 'enc' }]],
    ['for another algorithm', () => [{ ...jwk, alg: 'RS512' }]],
    ['that may not verify', () => [{ ...jwk, key_ops: ['encrypt'] }]],
    ['whose private part is there', () => [{ ...jwk, d: 'AQAB' }]],
    ['that is there twice', () => [jwk, jwk]],
    ['that is no RSA key', () => [{ ...jwk, kty: 'EC' }]],
  ])('do not count when it is one %s', async (_, keys) => {
    expect(await createAccess(() => Response.json({ keys: keys() })).lets(await sign())).toBe(false);
  });

  it('do not count below 2,048 bits', async () => {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1_024 };
    const weak = await crypto.subtle.generateKey(
      { ...algorithm, publicExponent: new Uint8Array([1, 0, 1]) },
      true,
      ['sign', 'verify'],
    );
    const { n, e } = await exportJWK(weak.publicKey);
    const { lets } = createAccess(() => Response.json({ keys: [{ kty: 'RSA', n, e, kid: 'key-1' }] }));
    const token = sign(GOOD_HEADER, GOOD_CLAIMS, weak.privateKey);
    await expect(lets(await token)).rejects.toThrow('could not get the keys of Cloudflare Access');
  });

  it.each<[string, () => Response]>([
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } })],
    ['no JSON', () => new Response('<html>')],
    ['null', () => Response.json(null)],
    ['keys that are none', () => Response.json({ keys: ['key'] })],
  ])('that come as %s are an error, not an answer', async (_, answer) => {
    await expect(createAccess(answer).lets(await sign())).rejects.toThrow('could not get the keys');
  });
});
