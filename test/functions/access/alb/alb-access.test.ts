import { type CryptoKey, exportSPKI, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import type { PageOptions } from '../../../../functions/access/page-options.ts';
import { type Answer, respond } from '../../../support/receiver.ts';
import { createAppWithKeys } from '../../support/app-with-keys.ts';

const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const SECONDS = NOW / 1_000;

const createApp = (options: PageOptions, keys: Answer) => createAppWithKeys(options, { keys, nowMs: NOW });

describe('an Application Load Balancer', () => {
  const ARN =
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/offhook/0123456789abcdef';
  const KID = '307a30c3-8280-4ff5-a78d-6bc5263ffbe8';

  async function createBalancer(arn = ARN) {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const created = await createApp({ alb: { arn } }, respond(200, {}, await exportSPKI(publicKey)));
    return { ...created, key: privateKey };
  }

  /** As a load balancer does it: base64url, but padded. */
  async function sign(key: CryptoKey, header: object = {}, claims: object = {}): Promise<string> {
    const exp = SECONDS + 120;
    const parts = [
      {
        typ: 'JWT',
        alg: 'ES256',
        kid: KID,
        signer: ARN,
        iss: 'https://idp.example',
        client: 'c',
        exp,
        ...header,
      },
      { sub: 'user-1', email: 'grâce@shop.example', iss: 'https://idp.example', exp, ...claims },
    ];
    const signed = parts.map((part) => padded(Buffer.from(JSON.stringify(part)))).join('.');
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const signature = await crypto.subtle.sign(algorithm, key, new TextEncoder().encode(signed));
    return `${signed}.${padded(Buffer.from(signature))}`;
  }

  const padded = (bytes: Buffer) => bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');

  const ask = (
    app: { request(path: string, init: RequestInit): Response | Promise<Response> },
    token: string,
  ) => app.request('/timeline.json', { headers: { 'x-amzn-oidc-data': token } });

  it('lets in whom it has logged in, and keeps its key', async () => {
    const { app, key, asked } = await createBalancer();
    const token = await sign(key);
    expect(token).toContain('=');
    expect([(await ask(app, token)).status, (await ask(app, token)).status]).toEqual([200, 200]);
    expect(asked).toEqual([`https://public-keys.auth.elb.eu-central-1.amazonaws.com/${KID}`]);
  });

  it('of GovCloud has its keys elsewhere', async () => {
    const arn = ARN.replace('arn:aws:', 'arn:aws-us-gov:').replace('eu-central-1', 'us-gov-west-1');
    const { app, key, asked } = await createBalancer(arn);
    expect((await ask(app, await sign(key, { signer: arn }))).status).toBe(200);
    const place = 'https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1';
    expect(asked).toEqual([`${place}/${KID}`]);
  });

  it.each<[string, object, object]>([
    ['of another load balancer', { signer: ARN.replace('offhook', 'evil') }, {}],
    ['that names no signer', { signer: undefined }, {}],
    ['that has expired by its header', { exp: SECONDS - 60 }, {}],
    ['that has expired by its claims', {}, { exp: SECONDS - 60 }],
    ['without an expiry', { exp: undefined }, { exp: undefined }],
    ['whose claims have no expiry', {}, { exp: undefined }],
    ['without a signature', { alg: 'none' }, {}],
    ['whose key id is a path', { kid: '../../evil' }, {}],
    ['that is issued in the future', {}, { iat: SECONDS + 61 }],
    ['that is not valid yet', {}, { nbf: SECONDS + 61 }],
  ])('refuses a token %s', async (_, header, claims) => {
    const { app, key } = await createBalancer();
    expect((await ask(app, await sign(key, header, claims))).status).toBe(401);
  });

  it('refuses a token of another key, a changed one, and what is no token', async () => {
    const { app, key } = await createBalancer();
    const foreign = await sign((await generateKeyPair('ES256')).privateKey);
    const [header, , signature] = (await sign(key)).split('.');
    const [, payload] = (await sign(key, {}, { email: 'eve@evil.example' })).split('.');
    for (const token of [foreign, `${header}.${payload}.${signature}`, 'x.y.z', 'x', '']) {
      expect([token, (await ask(app, token)).status]).toEqual([token, 401]);
    }
  });

  it('trusts no other header that says who somebody is', async () => {
    const { app } = await createBalancer();
    expect((await app.request('/', { headers: { 'x-amzn-oidc-identity': 'user-1' } })).status).toBe(401);
  });

  /** A load balancer whose one key AWS knows by its id, and nothing else. */
  async function createKnown() {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const pem = await exportSPKI(publicKey);
    const created = await createApp({ alb: { arn: ARN } }, (response, { path }) =>
      path === `/${KID}` ? response.writeHead(200).end(pem) : response.writeHead(403).end(),
    );
    const genuine = await sign(privateKey);
    const makeUp = async (from: number, to: number) => {
      for (let index = from; index < to; index += 1) {
        await ask(created.app, await sign(privateKey, { kid: KID.replace(/^..../, String(index)) }));
      }
    };
    return { ...created, genuine, makeUp };
  }

  it.each([10, 30, 200])(
    'lets somebody in at once or when they come again after %i made-up key ids',
    async (count) => {
      const { app, genuine, makeUp, asked } = await createKnown();
      await makeUp(1_000, 1_000 + count);
      const first = (await ask(app, genuine)).status;
      expect(first).toBe(count < 30 ? 200 : 401);
      expect((await ask(app, genuine)).status).toBe(200);
      expect(asked.length).toBeLessThanOrEqual(31);
      // Known from now on, whatever is made up.
      await makeUp(2_000, 2_100);
      expect((await ask(app, genuine)).status).toBe(200);
    },
  );

  it('asks for at most sixty keys a minute, and for a made-up one once in half a minute', async () => {
    const { genuine, makeUp, asked, moveOn, app } = await createKnown();
    for (let round = 0; round < 3; round += 1) await makeUp(1_000, 1_200);
    expect(asked).toHaveLength(60);
    expect(new Set(asked).size).toBe(60);
    moveOn(60_000);
    expect((await ask(app, genuine)).status).toBe(200);
  });

  it('keeps its key while somebody asks for genuine keys of other load balancers', async () => {
    const { app, key, asked } = await createBalancer();
    const genuine = await sign(key);
    const foreign = (await generateKeyPair('ES256')).privateKey;
    expect((await ask(app, genuine)).status).toBe(200);
    for (let index = 1_000; index < 1_025; index += 1) {
      await ask(app, await sign(foreign, { kid: KID.replace(/^..../, String(index)) }));
    }
    const before = asked.length;
    expect((await ask(app, genuine)).status).toBe(200);
    expect(asked).toHaveLength(before);
  });

  it('that AWS does not know a key of lets nobody in, and its silence is logged', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const unknown = await createApp({ alb: { arn: ARN } }, 404);
    expect((await ask(unknown.app, await sign(privateKey))).status).toBe(401);
    const silent = await createApp({ alb: { arn: ARN } }, 500);
    expect((await ask(silent.app, await sign(privateKey))).status).toBe(500);
    expect(silent.lines.join()).toContain('AWS answered 500');
  });
});
