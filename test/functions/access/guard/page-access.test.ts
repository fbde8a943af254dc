import { describe, expect, it } from 'vitest';
import type { PageOptions } from '../../../../functions/access/page-options.ts';
import { createLoginPath } from '../../../../functions/access/token/login-link.ts';
import { readPageOptions } from '../../../../functions/variables/page-variables.ts';
import { createWallClock } from '../../../support/wall-clock.ts';
import { createAppOnSqlite } from '../../support/app-on-sqlite.ts';
import { recordEvent } from '../../support/record-event.ts';
import { postStart } from '../../support/sample-events.ts';

const TOKEN = 'a-long-enough-page-token';
const NOW = Date.UTC(2026, 10, 22, 15, 0, 0);
const clock = createWallClock(() => NOW);
const SECRET_EVENT = postStart({ key: 'secret', pod: 'secret-pod' });
const RUN = `/events/${SECRET_EVENT.id}/handlers/cleanup/run`;
const DATA = ['/timeline.json', '/running.json', '/live', `/events/${SECRET_EVENT.id}.json`];
const PATHS = ['/', ...DATA, '/page.js', '/page.css'];

async function createApp(options: PageOptions) {
  const created = await createAppOnSqlite(options, { clock, liveMs: 0 });
  await recordEvent(created.trail, SECRET_EVENT);
  return created;
}

const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

describe('without a setting there is no page', () => {
  it.each(PATHS)('%s answers 404', async (path) => {
    const { app } = await createApp({});
    expect((await app.request(path)).status).toBe(404);
  });

  it('nor one that can be written to', async () => {
    const { app } = await createApp({});
    expect((await app.request(RUN, { method: 'POST' })).status).toBe(404);
  });

  it('an empty token is none', async () => {
    const { app } = await createApp({ token: '' });
    expect((await app.request('/')).status).toBe(404);
  });
});

describe('with a token', () => {
  it.each(['/', ...DATA, '/?token=', '/?token=wrong', `/timeline.json?token=${TOKEN}`])(
    '%s shows nothing without it',
    async (path) => {
      const { app } = await createApp({ token: TOKEN });
      const response = await app.request(path);
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain('secret-pod');
    },
  );

  it('whoever is denied reads what to do, in the page’s own style', async () => {
    const { app } = await createApp({ token: TOKEN });
    expect(await (await app.request('/')).text()).toContain('<code>PAGE_TOKEN</code>');
    expect((await app.request('/page.css')).status).toBe(200);
  });

  it('is exchanged for a cookie, and leaves the address', async () => {
    const { app } = await createApp({ token: TOKEN });
    const entered = await app.request(`https://bridge.example/?pod=web-1&token=${TOKEN}`);
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/?pod=web-1']);
    expect(entered.headers.get('set-cookie')).toMatch(
      /^offhook_page=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/,
    );
    expect(entered.headers.get('set-cookie')).not.toContain(TOKEN);
    const headers = { cookie: `other=1; ${cookieOf(entered)}` };
    expect(await (await app.request('/', { headers })).text()).toContain('secret-pod');
    for (const path of DATA)
      expect([path, (await app.request(path, { headers })).status]).toEqual([path, 200]);
  });

  it.each([
    ['http://bridge.example', {}, false],
    ['http://bridge.example', { 'x-forwarded-proto': 'https' }, true],
    ['https://bridge.example', {}, true],
  ])('the cookie is kept to https when the browser came by it: %s %o', async (origin, headers, secure) => {
    const { app } = await createApp({ token: TOKEN });
    const entered = await app.request(`${origin}/?token=${TOKEN}`, { headers });
    expect(entered.headers.get('set-cookie')?.endsWith('; Secure')).toBe(secure);
  });

  it('a visit that another site started is sent on by a page of ours, or the cookie would stay behind', async () => {
    const { app } = await createApp({ token: TOKEN });
    const headers = { 'sec-fetch-site': 'cross-site' };
    const entered = await app.request(`/?namespace=%22%3E%3Cb&token=${TOKEN}`, { headers });
    expect([entered.status, cookieOf(entered)]).toEqual([200, expect.stringContaining('offhook_page=')]);
    expect(await entered.text()).toContain('content="0; url=/?namespace=%22%3E%3Cb"');
  });

  it.each(['offhook_page=', `offhook_page=${TOKEN}`, `offhook_page=${'0'.repeat(64)}`])(
    'the cookie %s is no good',
    async (cookie) => {
      const { app } = await createApp({ token: TOKEN });
      expect((await app.request('/', { headers: { cookie } })).status).toBe(401);
    },
  );

  it.each([
    [`Bearer ${TOKEN}`, 200],
    [`bearer ${TOKEN}`, 200],
    [`Bearer ${TOKEN}x`, 401],
    ['Bearer ', 401],
    [`Basic ${btoa(`user:${TOKEN}`)}`, 401],
  ])('a script that sends authorization "%s" is answered %i', async (authorization, status) => {
    const { app } = await createApp({ token: TOKEN });
    const response = await app.request('/timeline.json', { headers: { authorization } });
    expect([response.status, response.headers.has('set-cookie')]).toEqual([status, false]);
  });
});

describe('whoever is not let in', () => {
  const FIELD = '<input name="token" type="password"';
  const form = (token: string, path = '/') =>
    new Request(`http://localhost${path}`, { method: 'POST', body: new URLSearchParams({ token }) });

  it('finds a field for the token, that leads on to what was asked for', async () => {
    const { app } = await createApp({ token: TOKEN });
    const denied = await (await app.request('/?namespace=%22%3Eshop')).text();
    expect(denied).toContain(FIELD);
    expect(denied).toContain('<form class="token" method="post" action="/?namespace=%22%3Eshop">');
    const entered = await app.fetch(form(` ${TOKEN}\n`, '/?namespace=shop'));
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/?namespace=shop']);
    const headers = { cookie: cookieOf(entered) };
    expect((await app.request('/', { headers })).status).toBe(200);
  });

  it('is told of a wrong token, wherever it was given', async () => {
    const { app } = await createApp({ token: TOKEN });
    for (const wrong of [form('wrong'), new Request('http://localhost/?token=wrong')]) {
      const response = await app.fetch(wrong);
      const text = await response.text();
      expect([response.status, response.headers.has('set-cookie')]).toEqual([401, false]);
      expect(text).toContain('This token is not the right one');
      expect(text).toContain(FIELD);
      expect(text).not.toContain('wrong');
    }
    const bearer = await app.request('/timeline.json', { headers: { authorization: 'Bearer wrong' } });
    expect([bearer.status, await bearer.json()]).toEqual([
      401,
      { error: 'wrong_token', message: "this is not the token of the receiver's page" },
    ]);
  });

  it('is told that the token has changed since', async () => {
    const { app } = await createApp({ token: TOKEN });
    const headers = { cookie: `offhook_page=${'0'.repeat(64)}` };
    expect(await (await app.request('/', { headers })).text()).toContain('has to be let in again');
  });

  it('is let in by another way, whatever this one finds wrong', async () => {
    const { app } = await createApp({ token: TOKEN });
    const headers = { authorization: `Bearer ${TOKEN}`, cookie: `offhook_page=${'0'.repeat(64)}` };
    expect((await app.request('/timeline.json', { headers })).status).toBe(200);
  });

  it.each([
    ['more than any token has', { token: 'x'.repeat(9_000) }],
    ['a form without a token', { other: TOKEN }],
  ])('by %s is not let in', async (_, fields) => {
    const { app } = await createApp({ token: TOKEN });
    const body = new URLSearchParams(fields as Record<string, string>);
    const response = await app.request('/', { method: 'POST', body });
    expect([response.status, response.headers.has('set-cookie')]).toEqual([401, false]);
  });

  it('has no field where there is no token, and no form to send', async () => {
    const { app } = await createApp({ open: true });
    expect((await app.fetch(form(TOKEN))).status).toBe(404);
    const alb =
      'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/offhook/0123456789abcdef';
    const behind = await createApp({ alb: { arn: alb } });
    expect(await (await behind.app.request('/')).text()).not.toContain('<form');
  });
});

describe('a one-time link', () => {
  it('lets one browser in', async () => {
    const { app } = await createApp({ token: TOKEN });
    const link = await createLoginPath(TOKEN, NOW);
    const entered = await app.request(link);
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
    const headers = { cookie: cookieOf(entered) };
    expect((await app.request('/', { headers })).status).toBe(200);
    const second = await app.request(link);
    expect([second.status, await second.text()]).toEqual([
      401,
      expect.stringContaining('This link is used up'),
    ]);
    // Who is in already loses nothing by following it again.
    expect((await app.request(link, { headers })).headers.get('location')).toBe('/');
  });

  it('lets one of two in that come at once', async () => {
    const { app } = await createApp({ token: TOKEN });
    const link = await createLoginPath(TOKEN, NOW);
    const answers = await Promise.all([app.request(link), app.request(link)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 401]);
  });

  it('is not used up by what only looks at it', async () => {
    const { app } = await createApp({ token: TOKEN });
    const link = await createLoginPath(TOKEN, NOW);
    expect((await app.request(link, { method: 'HEAD' })).status).toBe(401);
    expect((await app.request(link)).status).toBe(303);
  });

  it.each([
    ['is older than ten minutes', async () => createLoginPath(TOKEN, NOW - 600_000)],
    ['was made from another token', async () => createLoginPath('another-long-page-token', NOW)],
    [
      'claims to be younger',
      async () => (await createLoginPath(TOKEN, NOW)).replace(/\.(\d+)\./, '.9999999999.'),
    ],
    [
      'has another nonce',
      async () => (await createLoginPath(TOKEN, NOW)).replace(/=[0-9a-f]{32}/, `=${'a'.repeat(32)}`),
    ],
    ['is no link of ours', async () => '/?login=1'],
  ])('is worth nothing when it %s', async (_, make) => {
    const { app } = await createApp({ token: TOKEN });
    const response = await app.request(await make());
    expect([response.status, response.headers.has('set-cookie')]).toEqual([401, false]);
  });
});

describe('an open page', () => {
  it.each(['http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787', 'http://dev.localhost'])(
    'shows itself under %s',
    async (origin) => {
      const { app } = await createApp({ open: true });
      expect((await app.request(`${origin}/timeline.json`)).status).toBe(200);
    },
  );

  it.each([
    'evil.example',
    'evil.example:8787',
    '127.0.0.1.evil.example',
    '10.0.0.7',
    'localhost.evil.example',
  ])('shows nothing to a page that calls this machine %s', async (host) => {
    const { app } = await createApp({ open: true });
    for (const path of PATHS) {
      const response = await app.request(`http://127.0.0.1:8787${path}`, { headers: { host } });
      expect([path, response.status]).toEqual([path, 403]);
      expect(await response.text()).not.toContain('secret-pod');
    }
  });

  it('is not open any more once there is a token', async () => {
    const { app } = await createApp({ open: true, token: TOKEN });
    expect((await app.request('/')).status).toBe(401);
  });
});

describe('settings', () => {
  const ARN =
    'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/offhook/0123456789abcdef';

  it('are read from variables; empty ones are not set', () => {
    const empty = {
      PAGE_TOKEN: '',
      PAGE_OPEN: '',
      PAGE_ACCESS_TEAM: '',
      PAGE_ACCESS_AUDIENCE: '',
      PAGE_ALB_ARN: '',
    };
    expect(readPageOptions(empty)).toEqual({});
    expect(readPageOptions({ PAGE_OPEN: 'false' })).toEqual({});
    const vars = {
      PAGE_TOKEN: TOKEN,
      PAGE_OPEN: 'true',
      PAGE_ACCESS_TEAM: 'shop',
      PAGE_ACCESS_AUDIENCE: 'aud',
      PAGE_ALB_ARN: ARN,
    };
    expect(readPageOptions(vars)).toEqual({
      token: TOKEN,
      open: true,
      cloudflareAccess: { team: 'shop', audience: 'aud' },
      alb: { arn: ARN },
    });
  });

  it.each([
    [{ PAGE_OPEN: 'yes' }, 'PAGE_OPEN must be true or false'],
    [{ PAGE_ACCESS_TEAM: 'shop' }, 'belong together'],
    [{ PAGE_ACCESS_AUDIENCE: 'aud' }, 'belong together'],
  ])('%o are refused', (vars, message) => {
    expect(() => readPageOptions(vars)).toThrow(message);
  });

  it.each<[PageOptions, string]>([
    [{ token: 'short' }, 'at least 16 characters, got 5'],
    [
      { cloudflareAccess: { team: 'shop.cloudflareaccess.com', audience: 'a'.repeat(64) } },
      'the name before',
    ],
    [{ cloudflareAccess: { team: 'evil.example/', audience: 'a'.repeat(64) } }, 'the name before'],
    [{ cloudflareAccess: { team: 'shop', audience: 'short' } }, 'AUD tag'],
    [{ alb: { arn: 'offhook' } }, 'arn:aws:elasticloadbalancing:'],
    [{ alb: { arn: ARN.replace('app/', 'net/') } }, 'arn:aws:elasticloadbalancing:'],
    [{ alb: { arn: ARN.replace('eu-central-1', 'evil.example/') } }, 'arn:aws:elasticloadbalancing:'],
  ])('%o are refused at the start', async (options, message) => {
    await expect(createAppOnSqlite(options)).rejects.toThrow(message);
  });
});
