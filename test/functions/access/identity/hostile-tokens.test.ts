import fc from 'fast-check';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckAccess } from '../../../../functions/access/access-decision.ts';
import { createAlbAccess } from '../../../../functions/access/alb/alb-access.ts';
import { createCloudflareAccess } from '../../../../functions/access/cloudflare/cloudflare-access.ts';
import { createWallClock } from '../../../support/wall-clock.ts';

/** What may not be lost when the library that checks tokens is another, or is another version. */
const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const SECONDS = NOW / 1_000;
const clock = createWallClock(() => NOW);
const AUDIENCE = 'a'.repeat(64);
const ISSUER = 'https://shop.cloudflareaccess.com';
const ARN =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/offhook/0123456789abcdef';
const KID = '307a30c3-8280-4ff5-a78d-6bc5263ffbe8';

type Algorithm = Parameters<typeof crypto.subtle.sign>[0];
const RS256 = { name: 'RSASSA-PKCS1-v1_5' };
const ES256 = { name: 'ECDSA', hash: 'SHA-256' };

/** Header and claims as texts, because JSON that nobody would write is what this is about. */
type Parts = { readonly header: string; readonly claims: string };
type Encode = (bytes: Uint8Array) => string;

const unpadded: Encode = (bytes) => Buffer.from(bytes).toString('base64url');
/** As an Application Load Balancer does it. */
const padded: Encode = (bytes) =>
  Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_');

async function sign({ header, claims }: Parts, key: CryptoKey, algorithm: Algorithm, encode: Encode) {
  const signed = [header, claims].map((text) => encode(new TextEncoder().encode(text))).join('.');
  const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(signed));
  return `${signed}.${encode(new Uint8Array(signature))}`;
}

type Door = {
  readonly check: CheckAccess;
  readonly field: string;
  readonly sign: (parts: Partial<Parts>, encode?: Encode) => Promise<string>;
  readonly good: Parts;
  readonly key: { readonly private: CryptoKey; readonly publicTexts: readonly string[] };
  asked: number;
};

async function openCloudflare(): Promise<Door> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const good = {
    header: JSON.stringify({ alg: 'RS256', kid: 'key-1', typ: 'JWT' }),
    claims: JSON.stringify({ iss: ISSUER, aud: [AUDIENCE], exp: SECONDS + 600, iat: SECONDS, sub: 'ada' }),
  };
  const fetch = async () => {
    door.asked += 1;
    return Response.json({ keys: [jwk] });
  };
  const door: Door = {
    check: createCloudflareAccess({ team: 'shop', audience: AUDIENCE }, { fetch, clock }),
    field: 'cf-access-jwt-assertion',
    sign: (parts, encode = unpadded) => sign({ ...good, ...parts }, privateKey, RS256, encode),
    good,
    key: {
      private: privateKey,
      publicTexts: [await exportSPKI(publicKey), JSON.stringify(jwk), String(jwk.n)],
    },
    asked: 0,
  };
  return door;
}

async function openBalancer(pem?: string): Promise<Door> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const spki = await exportSPKI(publicKey);
  const issuer = 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_abc';
  const [exp, client] = [SECONDS + 120, '1example23456789'];
  const good = {
    header: JSON.stringify({ typ: 'JWT', kid: KID, alg: 'ES256', iss: issuer, client, signer: ARN, exp }),
    claims: JSON.stringify({ sub: 'ada', email: 'ada@shop.example', username: 'ada', exp, iss: issuer }),
  };
  const fetch = async () => {
    door.asked += 1;
    return new Response(pem ?? spki);
  };
  const door: Door = {
    check: createAlbAccess({ arn: ARN }, { fetch, clock }),
    field: 'x-amzn-oidc-data',
    sign: (parts, encode = padded) => sign({ ...good, ...parts }, privateKey, ES256, encode),
    good,
    key: { private: privateKey, publicTexts: [spki, spki.trim()] },
    asked: 0,
  };
  return door;
}

async function lets({ check, field }: Pick<Door, 'check' | 'field'>, token: string): Promise<boolean> {
  const headers = new Headers({ [field]: token });
  return (await check(new Request('https://offhook.example/', { headers })))?.kind === 'allowed';
}

describe.each([
  ['Cloudflare Access', openCloudflare],
  ['an Application Load Balancer', openBalancer],
])('a token of %s', (_, open) => {
  let door: Door;
  beforeAll(async () => {
    door = await open();
  });
  const withMember = (text: string, member: string) => text.replace(/\}$/, `,${member}}`);

  it.each([
    ['as it is', unpadded],
    ['padded', padded],
  ])('is let in %s, whatever the length of its parts', async (_, encode) => {
    for (const name of ['', 'a', 'ab', 'abc', 'grâce', '€', '𝒳']) {
      const claims = withMember(door.good.claims, `"name":${JSON.stringify(name)}`);
      expect([name, await lets(door, await door.sign({ claims }, encode))]).toEqual([name, true]);
    }
  });

  it.each<[string, (token: string) => string]>([
    ['with white space in it', (token) => `${token.slice(0, 9)} ${token.slice(9)}`],
    ['with a tab in its signature', (token) => `${token.slice(0, -9)}\t${token.slice(-9)}`],
    ['in the alphabet of plain base64', (token) => token.replace(/_|-|\w(?=\.)/, '/')],
    ['padded too far', (token) => token.replace('.', '===.')],
    ['padded where nothing is missing', (token) => token.replace('.', '=.')],
    ['with a part more', (token) => `${token}.e30`],
    ['in five parts', (token) => `${token}.e30.e30`],
    ['without a signature', (token) => token.replace(/[^.]+$/, '')],
    ['cut off', (token) => token.slice(0, -20)],
  ])('is refused %s', async (_, change) => {
    const token = await door.sign({});
    expect(await lets(door, token)).toBe(true);
    expect(await lets(door, change(token))).toBe(false);
  });

  it.each<[string, (good: Parts) => Partial<Parts>]>([
    [
      'is larger than any real one',
      ({ claims }) => ({ claims: withMember(claims, `"x":"${'x'.repeat(40_000)}"`) }),
    ],
    ['has no end', ({ claims }) => ({ claims: claims.replace(/"exp":\d+/, '"end":1') })],
    ['ends in infinity', ({ claims }) => ({ claims: claims.replace(/"exp":\d+/, '"exp":1e999') })],
    ['has an end that is a text', ({ claims }) => ({ claims: claims.replace(/"exp":(\d+)/, '"exp":"$1"') })],
    [
      'has two ends, the later of which has come',
      ({ claims }) => ({ claims: withMember(claims, '"exp":1') }),
    ],
    ['is issued in another age', ({ claims }) => ({ claims: withMember(claims, '"iat":9e12') })],
    ['begins later', ({ claims }) => ({ claims: withMember(claims, `"nbf":${SECONDS + 31}`) })],
    ['begins at no time', ({ claims }) => ({ claims: withMember(claims, '"nbf":"now"') })],
    ['names its algorithm twice', ({ header }) => ({ header: withMember(header, '"alg":"none"') })],
    ['names its key twice', ({ header }) => ({ header: withMember(header, '"kid":"other"') })],
    ['names no key', ({ header }) => ({ header: header.replace('"kid"', '"key"') })],
    ['names a list of keys', ({ header }) => ({ header: header.replace(/"kid":("[^"]+")/, '"kid":[$1]') })],
    [
      'has its algorithm from a prototype',
      ({ header }) => ({ header: header.replace(/"alg":("\w+")/, '"__proto__":{"alg":$1}') }),
    ],
    [
      'has its end from a prototype',
      ({ claims }) => ({ claims: claims.replace(/"exp":(\d+)/, '"__proto__":{"exp":$1}') }),
    ],
    ['has an extension', ({ header }) => ({ header: withMember(header, '"crit":["exp"]') })],
    [
      'has an extension that a library may know',
      ({ header }) => ({ header: withMember(header, '"crit":["b64"],"b64":true') }),
    ],
    ['is not encoded', ({ header }) => ({ header: withMember(header, '"crit":["b64"],"b64":false') })],
    ['has claims that are a list', ({ claims }) => ({ claims: `[${claims}]` })],
    ['has claims that are null', () => ({ claims: 'null' })],
    ['has claims that are no JSON', () => ({ claims: '{' })],
    ['has a header that is a list', ({ header }) => ({ header: `[${header}]` })],
  ])('is refused although its signature is good, when it %s', async (_, change) => {
    expect(await lets(door, await door.sign(change(door.good)))).toBe(false);
  });

  it.each(['none', 'None', 'HS256', 'HS512', 'RS512', 'PS256', 'ES384', 'ES512', 'EdDSA', ''])(
    'is refused with the algorithm "%s", and nobody is asked for its key',
    async (algorithm) => {
      const fresh = await open();
      const header = fresh.good.header.replace(/"alg":"\w+"/, `"alg":"${algorithm}"`);
      expect(await lets(fresh, await fresh.sign({ header }))).toBe(false);
      const [head, body] = (await fresh.sign({ header })).split('.');
      expect(await lets(fresh, `${head}.${body}.`)).toBe(false);
      expect(fresh.asked).toBe(0);
    },
  );

  it('is refused when the public key was its secret, in whichever form', async () => {
    const header = door.good.header.replace(/"alg":"\w+"/, '"alg":"HS256"');
    for (const text of door.key.publicTexts) {
      const secret = new TextEncoder().encode(text);
      const algorithm = { name: 'HMAC', hash: 'SHA-256' };
      const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
      const parts = { ...door.good, header };
      expect(await lets(door, await sign(parts, key as CryptoKey, algorithm, padded))).toBe(false);
    }
  });

  it('is refused when it brings its own key along, or says where that is', async () => {
    const other = await open();
    const jwk = JSON.stringify(await exportJWK(other.key.private));
    for (const member of [
      `"jwk":${jwk}`,
      '"jku":"https://evil.example/certs"',
      '"x5u":"https://evil.example/c"',
    ]) {
      expect(await lets(door, await other.sign({ header: withMember(door.good.header, member) }))).toBe(
        false,
      );
    }
  });

  it('nothing that somebody makes up is more than refused', async () => {
    const part = fc.string({ unit: fc.constantFrom(...'eyJhbGciOiJSUzI1NiJ9-_=.A9'), maxLength: 40 });
    const token = fc.oneof(
      part,
      fc.tuple(part, part, part).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(token, async (text) => {
        expect(await lets(door, text)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the signature of a load balancer', () => {
  it('is two numbers of 32 bytes, in no other form', async () => {
    const door = await openBalancer();
    const token = await door.sign({});
    const [header, claims, signature = ''] = token.split('.');
    const bytes = Buffer.from(signature, 'base64url');
    const integer = (half: Uint8Array) => Buffer.concat([Buffer.from([2, 33, 0]), half]);
    const numbers = Buffer.concat([integer(bytes.subarray(0, 32)), integer(bytes.subarray(32))]);
    const der = Buffer.concat([Buffer.from([48, numbers.length]), numbers]);
    for (const other of [der, bytes.subarray(0, 63), Buffer.concat([bytes, bytes]), Buffer.alloc(64)]) {
      expect(await lets(door, `${header}.${claims}.${padded(other)}`)).toBe(false);
    }
  });

  it.each<[string, () => Promise<string>]>([
    ['of RSA', async () => exportSPKI((await generateKeyPair('RS256')).publicKey)],
    ['of another curve', async () => exportSPKI((await generateKeyPair('ES384')).publicKey)],
    ['that is none', async () => '-----BEGIN PUBLIC KEY-----\n????\n-----END PUBLIC KEY-----'],
    ['that is a page', async () => '<html>'],
    ['that is nothing', async () => ''],
  ])('is not checked with a key %s, which is an error', async (_, pem) => {
    const door = await openBalancer(await pem());
    const token = await door.sign({});
    const failure = await lets(door, token).catch((error: Error) => error);
    expect(String(failure)).toBe('Error: what AWS gave as the key of a load balancer is none');
  });
});

describe('what goes wrong while a key is got', () => {
  it.each<[string, (fetch: typeof globalThis.fetch) => CheckAccess, () => Promise<Door>]>([
    [
      'of Cloudflare Access',
      (fetch) => createCloudflareAccess({ team: 'shop', audience: AUDIENCE }, { fetch, clock }),
      openCloudflare,
    ],
    ['of a load balancer', (fetch) => createAlbAccess({ arn: ARN }, { fetch, clock }), openBalancer],
  ])('%s is told without the token', async (_, create, open) => {
    const { sign: make, field } = await open();
    const token = await make({});
    const answers: (() => Promise<Response>)[] = [
      async () => new Response('<html>', { status: 200 }),
      async () => new Response(null, { status: 503 }),
      () => Promise.reject(new TypeError('fetch failed')),
    ];
    for (const fetch of answers) {
      const failure = await lets({ check: create(fetch), field }, token).catch((error: Error) => error);
      expect(failure).toBeInstanceOf(Error);
      const said = JSON.stringify(failure, ['message', 'cause', 'stack']) + String((failure as Error).cause);
      for (const part of token.split('.')) expect(said).not.toContain(part);
    }
  });
});
