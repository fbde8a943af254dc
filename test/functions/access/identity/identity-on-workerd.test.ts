import { fileURLToPath } from 'node:url';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  startInWorkerd,
  type WorkerdReceiver,
} from '../../../../functions/platforms/cloudflare/local/miniflare.ts';
import type { IdentityCheck } from '../../support/identity-worker.ts';
import { SECRET } from '../../support/signed-post.ts';

/** Runtimes differ in what they take for base64, and in their Web Crypto; the other tests run on Node. */
const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const SECONDS = NOW / 1_000;
const ARN =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/offhook/0123456789abcdef';
const KID = '307a30c3-8280-4ff5-a78d-6bc5263ffbe8';
const CHECK = { team: 'shop', audience: 'a'.repeat(64), arn: ARN, nowMs: NOW };

let worker: WorkerdReceiver;

beforeAll(async () => {
  const entryFile = fileURLToPath(new URL('../../support/identity-worker.ts', import.meta.url));
  worker = await startInWorkerd({ port: 0, secrets: [SECRET], entryFile });
});
afterAll(() => worker.dispose());

async function ask(check: IdentityCheck, headers: Record<string, string>) {
  const response = await fetch(worker.url, { method: 'POST', headers, body: JSON.stringify(check) });
  return response.json();
}

it('on workerd, too, Cloudflare Access lets in whom it has logged in, and nobody else', async () => {
  const [own, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const check = { ...CHECK, keys: JSON.stringify({ keys: [jwk] }) };
  const sign = (key: CryptoKey) =>
    new SignJWT({ email: 'ada@shop.example' })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .setIssuer('https://shop.cloudflareaccess.com')
      .setAudience([CHECK.audience])
      .setIssuedAt(SECONDS)
      .setExpirationTime(SECONDS + 600)
      .sign(key);
  const header = async (key: CryptoKey) => ({ 'cf-access-jwt-assertion': await sign(key) });
  const good = await header(own.privateKey);
  // At the same time, because a request must not wait for what another one has begun.
  const identities = await Promise.all(Array.from({ length: 8 }, () => ask(check, good)));
  expect(new Set(identities.map((identity) => JSON.stringify(identity)))).toEqual(
    new Set(['{"how":"cloudflareAccess","name":"ada@shop.example"}']),
  );
  expect(await ask(check, await header(foreign.privateKey))).toBeNull();
});

it('on workerd, too, the padded token of a load balancer is read', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const check = { ...CHECK, keys: await exportSPKI(publicKey) };
  const padded = (bytes: Buffer) => bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  const exp = SECONDS + 120;
  const sign = async (name: string) => {
    const parts = [
      { typ: 'JWT', kid: KID, alg: 'ES256', iss: 'https://idp.example', client: 'c', signer: ARN, exp },
      { sub: 'user-1', email: `${name}@shop.example`, exp },
    ];
    const signed = parts.map((part) => padded(Buffer.from(JSON.stringify(part)))).join('.');
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(algorithm, privateKey, new TextEncoder().encode(signed));
    return `${signed}.${padded(Buffer.from(signature))}`;
  };
  for (const name of ['a', 'ad', 'ada', 'grâce']) {
    const token = await sign(name);
    expect(await ask(check, { 'x-amzn-oidc-data': token })).toEqual({
      how: 'alb',
      name: `${name}@shop.example`,
    });
    expect(await ask(check, { 'x-amzn-oidc-data': token.replace(/^..../, '$& ') })).toBeNull();
    expect(await ask(check, { 'x-amzn-oidc-data': `${token.slice(0, -8)}AAAAAA==` })).toBeNull();
  }
});
