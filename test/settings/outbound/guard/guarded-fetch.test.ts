import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { type buildConnector, Pool } from 'undici';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createGuard,
  type EgressGuard,
  type EgressRules,
} from '../../../../settings/outbound/guard/create-guard.ts';
import { createGuardedConnector } from '../../../../settings/outbound/guard/guarded-connector.ts';
import { createGuardedFetch } from '../../../../settings/outbound/guard/guarded-fetch.ts';
import { parseProxy } from '../../../../settings/outbound/http-proxy.ts';
import { CONNECT_DIRECTLY } from '../../../../settings/outbound/proxy-rules.ts';
import { startHttpProxy } from '../../../support/http-proxy.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { startWatched } from './watched-server.ts';

const authority = createTestAuthority('tokens');
const tls = authority.issue('login.example.com');

const LOOPBACK = ['127.0.0.1/32'];

function guardOf(rules: EgressRules, addresses: readonly string[]): EgressGuard {
  return createGuard(rules, async () => addresses).forNamespace('shop');
}

function guardedFetch(guard: EgressGuard, proxyFor = CONNECT_DIRECTLY): typeof fetch {
  const guarded = createGuardedFetch(guard, { proxyFor, tls: { ca: authority.cert } });
  onTestFinished(guarded.close);
  return guarded.fetch;
}

test('asks where it may go, by name', async () => {
  const server = await startWatched({
    tls,
    answer: (_request, response) => void response.end('{"access_token":"a"}'),
  });
  const guard = guardOf({ allow: [{ cidrs: LOOPBACK, ports: [server.port] }] }, ['127.0.0.1']);
  const url = `https://login.example.com:${server.port}/token`;
  const ask = guardedFetch(guard);
  expect(await (await ask(url, { method: 'POST', body: 'grant_type=client_credentials' })).json()).toEqual({
    access_token: 'a',
  });
  expect(await (await ask(new Request(url))).text()).toBe('{"access_token":"a"}');
  expect(server.seen[0]).toEqual({
    servername: 'login.example.com',
    host: `login.example.com:${server.port}`,
  });
});

test.each([
  ['https://login.example.com', ['127.0.0.1'], 'PrivateAddress'],
  ['https://login.example.com', ['8.8.8.8', '127.0.0.1'], 'PrivateAddress'],
  ['https://2130706433', [], 'PrivateAddress'],
  ['https://[::ffff:7f00:1]', [], 'PrivateAddress'],
  ['http://login.example.com', ['127.0.0.1'], 'Scheme'],
  ['https://localhost', ['127.0.0.1'], 'Host'],
  ['https://user:password@login.example.com', ['8.8.8.8'], 'UserInfo'],
])('rejects with what denied it: %s at %s', async (origin, addresses, why) => {
  const server = await startWatched({ tls });
  const guard = guardOf({ ports: [server.port] }, addresses);
  const asked = guardedFetch(guard)(`${origin}:${server.port}/token?secret=a`);
  await expect(asked).rejects.toMatchObject({ name: 'DestinationDenied', why });
  expect(server.connections).toBe(0);
});

describe('an answer', () => {
  async function ask(answer: RequestListener, init?: RequestInit) {
    const server = await startWatched({ tls, answer });
    const guard = guardOf({ allow: [{ cidrs: LOOPBACK, ports: [server.port] }] }, ['127.0.0.1']);
    return guardedFetch(guard)(`https://login.example.com:${server.port}/token`, init);
  }

  test('that redirects is not followed, even where it was asked to', async () => {
    const inside = await startWatched();
    const location = `http://127.0.0.1:${inside.port}/`;
    const redirecting: RequestListener = (_request, response) =>
      void response.writeHead(302, { location }).end();
    const response = await ask(redirecting, { redirect: 'follow' });
    expect([response.status, response.headers.get('location')]).toEqual([302, location]);
    expect(inside.connections).toBe(0);
  });

  test('of a gigabyte breaks off early', async () => {
    let sentBytes = 0;
    const response = await ask((_request, outgoing) => {
      const chunk = Buffer.alloc(65_536);
      const pour = () => {
        while (!outgoing.destroyed && sentBytes < 1_073_741_824) {
          sentBytes += chunk.length;
          if (!outgoing.write(chunk)) return void outgoing.once('drain', pour);
        }
      };
      pour();
    });
    await expect(response.text()).rejects.toThrow();
    expect(sentBytes).toBeLessThan(67_108_864);
  });

  test('that comes a byte at a time ends with the caller’s deadline', async () => {
    const deadline = new AbortController();
    const response = await ask(
      (_request, outgoing) => {
        const timer = setInterval(() => outgoing.write('a'), 5);
        outgoing.on('close', () => clearInterval(timer));
      },
      { signal: deadline.signal },
    );
    const text = response.text();
    deadline.abort(new Error('over'));
    await expect(text).rejects.toThrow('over');
  });
});

test('by way of a proxy only what the URL alone does not deny', async () => {
  const server = await startWatched({ tls: authority.issue('127.0.0.1') });
  const proxy = await startHttpProxy();
  const parsed = parseProxy(proxy.url);
  if ('fault' in parsed) throw new Error(parsed.fault);
  const rules = { proxyEnforces: true, ports: [server.port] };
  const denied = guardedFetch(guardOf(rules, []), () => parsed.value)(`https://127.1:${server.port}/`);
  await expect(denied).rejects.toMatchObject({ why: 'PrivateAddress' });
  expect(proxy.asked).toEqual([]);
  const opened = guardOf({ ...rules, allow: [{ cidrs: LOOPBACK }] }, []);
  expect((await guardedFetch(opened, () => parsed.value)(`https://127.1:${server.port}/`)).status).toBe(200);
  expect(proxy.asked).toHaveLength(1);
});

describe('a connection', () => {
  function connect(guard: EgressGuard, options: Partial<buildConnector.Options>) {
    const connector = createGuardedConnector(guard, { connectTimeoutMs: 5_000, tls: { ca: authority.cert } });
    return new Promise<Error | null>((resolve) => {
      connector(
        { hostname: 'login.example.com', protocol: 'https:', port: '', ...options },
        (...[error, socket]) => {
          socket?.destroy();
          resolve(error);
        },
      );
    });
  }

  // Whoever asks undici by hand does not need a URL.
  test.each([
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '::1%lo',
    '[::1]',
    '127.0.0.1.',
  ])('is not made to the host %j, which no lookup would have seen', async (hostname) => {
    const server = await startWatched();
    const error = await connect(guardOf({ ports: [server.port] }, ['127.0.0.1']), {
      hostname,
      port: String(server.port),
    });
    expect(error).toMatchObject({ name: 'DestinationDenied' });
    expect(server.connections).toBe(0);
  });

  test('that ends elsewhere than at the address that was judged is cut before anything is sent', async () => {
    let received = 0;
    const sockets = createServer(
      (socket) => void socket.on('error', () => {}).on('data', (bytes) => (received += bytes.length)),
    );
    await new Promise<void>((resolve) => sockets.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void sockets.close());
    const { port } = sockets.address() as { port: number };
    // A guard whose judgement of the address has changed by the time it is connected to.
    let asked = 0;
    const open = guardOf({ allow: [{ cidrs: LOOPBACK, ports: [port] }] }, ['127.0.0.1']);
    const changing: EgressGuard = {
      ...open,
      async resolve(url) {
        const passage = await open.resolve(url);
        if (passage.kind === 'denied') return passage;
        return { ...passage, mayConnectTo: () => ++asked < 1 };
      },
    };
    const error = await connect(changing, { port: String(port) });
    expect(error).toMatchObject({ name: 'DestinationDenied', why: 'PrivateAddress' });
    expect([asked, received]).toEqual([1, 0]);
  });

  test('is made to the next address where one does not answer', async () => {
    const server = await startWatched({ tls });
    const rules = { allow: [{ cidrs: ['127.0.0.0/8'], ports: [server.port] }] };
    const pool = new Pool(`https://login.example.com:${server.port}`, {
      connect: createGuardedConnector(guardOf(rules, ['127.0.0.9', '127.0.0.1']), {
        connectTimeoutMs: 5_000,
        tls: { ca: authority.cert },
      }),
    });
    onTestFinished(() => pool.destroy());
    const { statusCode, body } = await pool.request({ method: 'GET', path: '/' });
    await body.dump();
    expect(statusCode).toBe(200);
  });
});
