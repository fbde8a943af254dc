import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGuard, type EgressRules } from '../../../../settings/outbound/guard/create-guard.ts';
import { parseProxy } from '../../../../settings/outbound/http-proxy.ts';
import type { Outcome } from '../../../../watcher/delivery/outcome.ts';
import { createWebhookSender } from '../../../../watcher/delivery/send/webhook-sender.ts';
import type { WebhookTarget } from '../../../../watcher/delivery/subscription-target.ts';
import { startWatched, type WatchedServer } from '../../../settings/outbound/guard/watched-server.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { startHttpProxy } from '../../../support/http-proxy.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { webhookTarget } from '../delivery-setup.ts';

const authority = createTestAuthority('receivers');
const tls = authority.issue('hooks.example.com');

const event = {
  sequence: 1,
  eventId: 'evt_1',
  type: 'dev.offhook.container.postStart',
  partitionKey: 'a',
  timeMs: 0,
  expiresAtMs: null,
  ageMs: 0,
  body: Buffer.from('{}'),
};

type Sending = {
  readonly rules?: EgressRules;
  /** What each lookup says in turn; the last one stays. */
  readonly dns?: readonly (readonly string[])[];
  readonly fields?: Partial<WebhookTarget>;
  readonly signal?: AbortSignal;
};

/** A guarded sender to a URL. The names of `dns` lead where a test says. */
function openSender(url: string, { rules = {}, dns = [], fields = {} }: Sending) {
  const asked: string[] = [];
  const guard = createGuard(rules, async (name) => {
    asked.push(name);
    const answer = dns[Math.min(asked.length, dns.length) - 1];
    if (answer === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
    return answer;
  }).forNamespace('shop');
  const target = webhookTarget(url, { allowHttp: false, tls: { ca: authority.cert }, guard, ...fields });
  const sender = createWebhookSender(target, { clock: createFakeClock(), version: '1.2.3' });
  onTestFinished(() => sender.close());
  return { sender, asked };
}

async function send(url: string, sending: Sending): Promise<Outcome> {
  const { sender } = openSender(url, sending);
  return await sender.send(event, sending.signal ?? new AbortController().signal);
}

/** Opens the port of a test's server, and nothing else. */
function portOf({ port }: WatchedServer): EgressRules {
  return { ports: [port] };
}

const LOOPBACK = { cidrs: ['127.0.0.1/32'] };

describe('an address in the URL, however it is written, is not connected to', () => {
  test.each([
    '127.0.0.1',
    '127.0.0.1.',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '0177.1',
    '%31%32%37.0.0.1',
    '１２７.0.0.1',
    '127。0。0。1',
    '0.0.0.0',
    '0',
    '[::]',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
  ])('https://%s', async (host) => {
    const four = await startWatched({ tls });
    const six = await startOnIpv6(four.port);
    const outcome = await send(`https://${host}:${four.port}/hook`, { rules: portOf(four) });
    expect(outcome).toEqual({
      kind: 'retry',
      scope: 'receiver',
      status: null,
      reason: 'denied PrivateAddress',
    });
    expect([four.connections, six?.connections ?? 0]).toEqual([0, 0]);
  });
});

describe('a name is not connected to where it leads to', () => {
  test.each([
    ['loopback', ['127.0.0.1']],
    ['all of 127/8', ['127.99.88.77']],
    ['loopback of IPv6', ['::1']],
    ['no address', ['0.0.0.0']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['a public and a private address', ['93.184.216.34', '127.0.0.1']],
    ['a private and a public address', ['127.0.0.1', '93.184.216.34']],
    ['metadata', ['169.254.169.254']],
    ['metadata of IPv6', ['fd00:ec2::254']],
    ['the Pods', ['10.244.0.9']],
    ['loopback by NAT64', ['64:ff9b::127.0.0.1']],
    ['what is no address', ['localhost']],
    ['an address with a zone', ['fe80::1%lo']],
    ['nothing', []],
  ])('%s', async (_what, addresses) => {
    const server = await startWatched({ tls });
    const outcome = await send(`https://hooks.example.com:${server.port}/hook`, {
      rules: portOf(server),
      dns: [addresses],
    });
    expect(outcome).toMatchObject({ kind: 'retry', reason: 'denied PrivateAddress' });
    expect(server.connections).toBe(0);
  });
});

test('what the operator opened is connected to at the address that was judged; TLS, SNI and Host stay the name', async () => {
  const server = await startWatched({ tls });
  const sending = {
    rules: { allow: [{ ...LOOPBACK, ports: [server.port] }] },
    dns: [['127.0.0.1']],
    fields: { concurrency: 1 },
  };
  const { sender, asked } = openSender(`https://hooks.example.com:${server.port}/hook`, sending);
  const never = new AbortController().signal;
  expect(await sender.send(event, never)).toEqual({ kind: 'delivered', status: 200 });
  expect(await sender.send(event, never)).toEqual({ kind: 'delivered', status: 200 });
  const host = `hooks.example.com:${server.port}`;
  const request = { servername: 'hooks.example.com', host };
  expect(server.seen).toEqual([request, request]);
  expect(asked).toEqual(['hooks.example.com']);
  expect(server.connections).toBe(1);
});

test('a certificate of another name is refused, though the address is the right one', async () => {
  const server = await startWatched({ tls: authority.issue('other.example.com') });
  const outcome = await send(`https://hooks.example.com:${server.port}/hook`, {
    rules: { allow: [{ ...LOOPBACK, ports: [server.port] }] },
    dns: [['127.0.0.1']],
  });
  expect(outcome).toMatchObject({ kind: 'retry', reason: 'tls ERR_TLS_CERT_ALTNAME_INVALID' });
  expect(server.seen).toEqual([]);
});

test('a name that leads elsewhere the second time is asked once a connection, and is judged each time', async () => {
  const server = await startWatched({
    tls,
    answer: (_request, response) => void response.writeHead(200, { connection: 'close' }).end(),
  });
  const inside = await startWatched({ tls, address: '127.0.0.2', port: server.port });
  const { sender, asked } = openSender(`https://hooks.example.com:${server.port}/hook`, {
    rules: { allow: [{ ...LOOPBACK, ports: [server.port] }] },
    dns: [['127.0.0.1'], ['127.0.0.2']],
  });
  const never = new AbortController().signal;
  expect(await sender.send(event, never)).toMatchObject({ kind: 'delivered' });
  expect(await sender.send(event, never)).toMatchObject({ reason: 'denied PrivateAddress' });
  expect(asked).toHaveLength(2);
  expect([server.connections, inside.connections]).toEqual([1, 0]);
});

test.each([
  ['another port', (port: number) => `https://hooks.example.com:${port}/`, 'denied Port'],
  ['http', () => 'http://hooks.example.com/', 'denied Scheme'],
  ['a name of the cluster', () => 'https://kubernetes.default.svc/', 'denied Host'],
  ['one name alone', () => 'https://kubernetes/', 'denied Host'],
  ['a dot at the end', () => 'https://hooks.example.com./', 'denied Host'],
])('%s is denied before anybody is asked', async (_what, urlOf, reason) => {
  const server = await startWatched({ tls });
  const { sender, asked } = openSender(urlOf(server.port), {
    dns: [['127.0.0.1']],
    fields: { allowHttp: true },
  });
  expect(await sender.send(event, new AbortController().signal)).toMatchObject({ kind: 'retry', reason });
  expect(asked).toEqual([]);
  expect(server.connections).toBe(0);
});

test('a name that leads nowhere is a failure of DNS, not a denial', async () => {
  expect(await send('https://hooks.example.com/', {})).toMatchObject({ reason: 'dns ENOTFOUND' });
});

test('a redirect to what is inside is not followed', async () => {
  const inside = await startWatched({ tls });
  const server = await startWatched({
    tls,
    answer: (_request, response) =>
      void response.writeHead(307, { location: `https://127.0.0.1:${inside.port}/` }).end(),
  });
  const outcome = await send(`https://hooks.example.com:${server.port}/hook`, {
    rules: { allow: [{ ...LOOPBACK, ports: [server.port, inside.port] }] },
    dns: [['127.0.0.1']],
  });
  expect(outcome).toMatchObject({ kind: 'retry', reason: 'http 307' });
  expect(inside.connections).toBe(0);
});

test('of an answer without an end little is read', async () => {
  let sentBytes = 0;
  const chunk = Buffer.alloc(65_536);
  const server = await startWatched({
    tls,
    answer: (_request, response) => {
      const pour = () => {
        while (!response.destroyed && sentBytes < 1_073_741_824) {
          sentBytes += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pour);
        }
      };
      response.writeHead(500);
      pour();
    },
  });
  const outcome = await send(`https://hooks.example.com:${server.port}/hook`, {
    rules: { allow: [{ ...LOOPBACK, ports: [server.port] }] },
    dns: [['127.0.0.1']],
  });
  expect(outcome).toMatchObject({ kind: 'retry', reason: 'http 500' });
  // What the buffers of two sockets hold, not a gigabyte.
  expect(sentBytes).toBeLessThan(67_108_864);
});

test('an answer that does not come ends with the attempt', async () => {
  const server = await startWatched({ tls, answer: () => {} });
  const attempt = new AbortController();
  const sent = send(`https://hooks.example.com:${server.port}/hook`, {
    rules: { allow: [{ ...LOOPBACK, ports: [server.port] }] },
    dns: [['127.0.0.1']],
    signal: attempt.signal,
  });
  await expect.poll(() => server.seen.length).toBe(1);
  attempt.abort(Object.assign(new Error('over'), { code: 'ETIMEDOUT' }));
  expect(await sent).toMatchObject({ kind: 'retry', reason: 'connect ETIMEDOUT' });
});

describe('where a proxy leads there', () => {
  async function withProxy(host: string, port: number, rules: EgressRules, dns: Sending['dns']) {
    const proxy = await startHttpProxy();
    const parsed = parseProxy(proxy.url);
    if ('fault' in parsed) throw new Error(parsed.fault);
    const fields = { proxyFor: () => parsed.value };
    const outcome = await send(`https://${host}:${port}/hook`, { rules, fields, ...(dns && { dns }) });
    return { outcome, proxy };
  }

  test('that is not known to look, it is passed over', async () => {
    const server = await startWatched({ tls });
    const rules = { allow: [{ ...LOOPBACK, ports: [server.port] }] };
    const { outcome, proxy } = await withProxy('hooks.example.com', server.port, rules, [['127.0.0.1']]);
    expect(outcome).toEqual({ kind: 'delivered', status: 200 });
    expect(proxy.asked).toEqual([]);
  });

  test('and nothing else does, the host is denied', async () => {
    const server = await startWatched();
    const rules = { allow: [{ cidrs: ['127.0.0.0/8'], ports: [server.port] }] };
    const dead = await withProxy('hooks.example.com', server.port, rules, [['127.0.0.9']]);
    expect(dead.outcome).toMatchObject({ kind: 'retry', reason: 'denied Proxy' });
    const unknown = await withProxy('hooks.example.com', server.port, rules, []);
    expect(unknown.outcome).toMatchObject({ kind: 'retry', reason: 'denied Proxy' });
    expect([...dead.proxy.asked, ...unknown.proxy.asked]).toEqual([]);
  });

  test('that enforces where requests go, it is used, and names are its own', async () => {
    const server = await startWatched({ tls });
    const rules = { ports: [server.port], proxyEnforces: true, allow: [LOOPBACK] };
    const { outcome, proxy } = await withProxy('127.0.0.1', server.port, rules, []);
    expect(outcome).toEqual({ kind: 'delivered', status: 200 });
    expect(proxy.asked).toHaveLength(1);
  });

  test.each(['127.0.0.1', '2130706433', '[::ffff:7f00:1]', 'kubernetes.default.svc'])(
    'what the URL alone says is denied all the same: %s',
    async (host) => {
      const server = await startWatched({ tls });
      const { outcome, proxy } = await withProxy(
        host,
        server.port,
        { ports: [server.port], proxyEnforces: true },
        [],
      );
      expect(outcome).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/^denied/) });
      expect(proxy.asked).toEqual([]);
      expect(server.connections).toBe(0);
    },
  );
});

/** Null on a machine without IPv6. */
async function startOnIpv6(port: number): Promise<WatchedServer | null> {
  const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
    all?.some(({ address }) => address === '::1'),
  );
  return hasIpv6 ? await startWatched({ tls, address: '::1', port }) : null;
}
