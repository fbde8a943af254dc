import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { PageOptions } from '../../../../functions/access/page-options.ts';
import { type Answer, respond } from '../../../support/receiver.ts';
import { createAppWithKeys } from '../../support/app-with-keys.ts';

const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const SECONDS = NOW / 1_000;

const createApp = (options: PageOptions, keys: Answer) => createAppWithKeys(options, { keys, nowMs: NOW });

describe('Cloudflare Access', () => {
  const AUDIENCE = 'a'.repeat(64);
  const ISSUER = 'https://shop.cloudflareaccess.com';
  const OPTIONS = { cloudflareAccess: { team: 'shop', audience: AUDIENCE } };

  async function createTeam() {
    const [own, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
    const jwk = { ...(await exportJWK(own.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
    const created = await createApp(OPTIONS, respond(200, {}, JSON.stringify({ keys: [jwk] })));
    return { ...created, own: own.privateKey, foreign: foreign.privateKey };
  }

  type Claims = {
    readonly aud?: string[];
    readonly iss?: string;
    readonly exp?: number;
    readonly nbf?: number;
    readonly iat?: number;
  };

  function sign(
    key: CryptoKey,
    { aud = [AUDIENCE], iss = ISSUER, exp = SECONDS + 600, nbf = SECONDS, iat = SECONDS }: Claims = {},
    kid = 'key-1',
  ) {
    const claims = {
      aud,
      iss,
      exp,
      nbf,
      iat,
      sub: 'user-1',
      email: 'ada@shop.example',
      type: 'app',
    };
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  }

  const ask = (
    app: { request(path: string, init: RequestInit): Response | Promise<Response> },
    token: string,
  ) => app.request('/timeline.json', { headers: { 'cf-access-jwt-assertion': token } });

  it('lets in whom it has logged in, and keeps the keys', async () => {
    const { app, own, asked } = await createTeam();
    const token = await sign(own);
    expect([(await ask(app, token)).status, (await ask(app, token)).status]).toEqual([200, 200]);
    expect(asked).toEqual([`${ISSUER}/cdn-cgi/access/certs`]);
  });

  it.each<[string, Claims]>([
    ['for another application', { aud: ['b'.repeat(64)] }],
    ['of another team', { iss: 'https://evil.cloudflareaccess.com' }],
    ['that has expired', { exp: SECONDS - 60 }],
    ['that is not valid yet', { nbf: SECONDS + 60 }],
    ['that is issued in the future', { iat: SECONDS + 61 }],
  ])('refuses a token %s', async (_, claims) => {
    const { app, own } = await createTeam();
    expect((await ask(app, await sign(own, claims))).status).toBe(401);
  });

  it('takes one whose issuer has a clock that is a minute ahead', async () => {
    const { app, own } = await createTeam();
    expect((await ask(app, await sign(own, { iat: SECONDS + 60 }))).status).toBe(200);
  });

  it('finds a new key within a minute, while others make up key ids', async () => {
    const { app, own, server, asked, moveOn } = await createTeam();
    expect((await ask(app, await sign(own))).status).toBe(200);
    const next = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(next.publicKey)), kid: 'key-2', alg: 'RS256' };
    server.answer(respond(200, {}, JSON.stringify({ keys: [jwk] })));
    const token = await sign(next.privateKey, {}, 'key-2');
    for (let second = 0; second < 60; second += 1) {
      for (let index = 0; index < 10; index += 1) {
        await ask(app, await sign(own, {}, `made-up-${second}-${index}`));
      }
      moveOn(1_000);
    }
    expect((await ask(app, token)).status).toBe(200);
    expect(asked.length).toBeLessThanOrEqual(3);
  });

  it('refuses a token of another key, without a signature, without an expiry, and what is no token', async () => {
    const { app, own, foreign } = await createTeam();
    const [header, payload] = (await sign(own)).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'key-1' })).toString('base64url');
    const endless = new SignJWT({ aud: AUDIENCE, iss: ISSUER, iat: SECONDS });
    const tokens = [
      await sign(foreign),
      `${header}.${payload}.`,
      `${none}.${payload}.`,
      await endless.setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(own),
      'ada@shop.example',
      '',
    ];
    for (const token of tokens) expect([token, (await ask(app, token)).status]).toEqual([token, 401]);
  });

  it('refuses a token signed with the public key as if it were a shared secret', async () => {
    const { publicKey } = await generateKeyPair('RS256');
    const spki = await exportSPKI(publicKey);
    const jwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256' };
    const { app } = await createApp(OPTIONS, respond(200, {}, JSON.stringify({ keys: [jwk] })));
    const forged = new SignJWT({ aud: AUDIENCE, iss: ISSUER, iat: SECONDS, exp: SECONDS + 60 });
    const token = await forged
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .sign(new TextEncoder().encode(spki));
    expect((await ask(app, token)).status).toBe(401);
  });

  it('trusts no other header that says who somebody is', async () => {
    const { app } = await createTeam();
    const headers = { 'cf-access-authenticated-user-email': 'ada@shop.example' };
    expect((await app.request('/', { headers })).status).toBe(401);
    expect(await (await app.request('/', { headers })).text()).toContain('PAGE_ACCESS_TEAM');
  });

  it.each<[string, Answer]>([
    ['does not answer well', 503],
    ['answers without end', (response) => void response.writeHead(200).write(' '.repeat(100_000))],
    ['answers something else', respond(200, {}, '{"keys":"none"}')],
  ])('says so in its log when the key server %s', async (_, answer) => {
    const { app, lines } = await createApp(OPTIONS, answer);
    const { privateKey } = await generateKeyPair('RS256');
    expect((await ask(app, await sign(privateKey))).status).toBe(500);
    expect(lines.join()).toContain('could not get the keys of Cloudflare Access');
  });
});
