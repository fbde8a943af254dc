import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { postStart } from '../../functions/support/sample-events.ts';
import { deliver } from '../../functions/support/signed-post.ts';
import { startHttpProxy } from '../../support/http-proxy.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createTestAuthority } from '../../support/test-certificates.ts';
import { until } from '../../support/until.ts';
import { startEventBridge } from '../../watcher/delivery/send/fake-eventbridge.ts';
import { receive, urlOf, writeReceiverConfig } from '../support/receive-process.ts';

const HANDLERS = `export function registerHandlers(hooks) {
  hooks.on('postStart', {}, { url: 'https://far.test/hook' }, { name: 'url', retryMs: 50 });
  hooks.on('postStart', {}, async (event, ctx) => {
    const response = await ctx.fetch('http://plain.test:8080/chat', { method: 'POST', body: event.id });
    if (!(response instanceof Response)) throw new Error('not the Response that everybody knows');
    if (!response.ok) throw new Error('HTTP ' + response.status);
  }, { name: 'function', retryMs: 50 });
  hooks.on('postStart', {}, {
    eventBus: 'lifecycle', region: 'eu-central-1', endpoint: 'https://bus.test',
    credentials: { accessKeyId: 'AKIA', secretAccessKey: 'test' },
  }, { name: 'bus', retryMs: 50 });
}
`;

/** Targets that only the proxy can reach by their names. */
async function startTargets() {
  const authority = createTestAuthority('Test CA');
  const secure = await startReceiver({ tls: authority.issue('far.test') });
  const plain = await startReceiver();
  const bus = await startEventBridge(authority.issue('bus.test'));
  const hosts = {
    'far.test:443': new URL(secure.url).host,
    'plain.test:8080': new URL(plain.url).host,
    'bus.test:443': new URL(bus.endpoint).host,
  };
  const proxy = await startHttpProxy({ user: 'offhook', password: 'hunter2', hosts });
  return { authority, secure, plain, bus, proxy };
}

/** The proxy looks where requests go, so that targets of handlers use it, too. */
const BY_PROXY = 'egress: { proxyEnforces: true, allow: [{ hosts: [far.test, bus.test] }] }';

function configured(authority: { readonly cert: string }, proxy = '', egress = BY_PROXY) {
  const setup = writeReceiverConfig();
  writeFileSync(join(setup.directory, 'handlers.js'), HANDLERS);
  writeFileSync(join(setup.directory, 'ca.crt'), authority.cert);
  writeFileSync(
    setup.file,
    `${proxy}${egress}
signingSecretEnv: SIGNING_SECRET
dataDir: ${setup.directory}/data
listen: { port: 0 }
handlers: { module: ${setup.directory}/handlers.js }
`,
  );
  return { ...setup, env: { ...setup.env, NODE_EXTRA_CA_CERTS: join(setup.directory, 'ca.crt') } };
}

describe('the handlers of offhook receive', () => {
  it.each(['environment', 'file'])('reach their targets by way of the proxy of the %s', async (place) => {
    const { authority, secure, plain, bus, proxy } = await startTargets();
    const url = proxy.urlWithCredentials;
    const setup = configured(authority, place === 'file' ? `proxy: { env: PROXY_URL }\n` : '');
    const variables = place === 'file' ? { PROXY_URL: url } : { https_proxy: url, HTTP_PROXY: url };
    const receiver = receive({ ...setup, env: { ...setup.env, ...variables } });
    expect((await deliver(await urlOf(receiver), postStart({ key: 'one' }))).status).toBe(202);
    for (const name of ['url', 'function', 'bus'])
      await receiver.says(new RegExp(`"handler":"${name}".*"outcome":"completed"`));
    expect([secure.requests.length, plain.requests.length, bus.calls.length]).toEqual([1, 1, 1]);
    expect([...proxy.asked].sort()).toEqual([
      'CONNECT bus.test:443',
      'CONNECT far.test:443',
      'POST http://plain.test:8080/chat',
    ]);
    receiver.kill('SIGTERM');
    expect((await receiver.ended()).code).toBe(0);
    expect(receiver.stderr()).not.toMatch(/hunter2|b2ZmaG9vazpo/);
  });

  it('say that the proxy is why, without its credentials', async () => {
    const { authority, secure, proxy } = await startTargets();
    const url = proxy.urlWithCredentials.replace('hunter2', 'hunter3');
    const setup = configured(authority);
    const receiver = receive({ ...setup, env: { ...setup.env, HTTPS_PROXY: url, HTTP_PROXY: url } });
    await deliver(await urlOf(receiver), postStart({ key: 'one' }));
    for (const name of ['url', 'function', 'bus']) {
      const line = await receiver.says(new RegExp(`.*"handler":"${name}".*the proxy ${proxy.url} wants.*`));
      expect(line[0]).toContain('(407)');
    }
    expect(receiver.stderr()).not.toMatch(/hunter3|b2ZmaG9vazpo/);
    expect(secure.requests).toEqual([]);
  });

  it('go directly where NO_PROXY or this machine says so', async () => {
    const near = await startReceiver();
    const port = new URL(near.url).port;
    const opened = `egress: { allow: [{ cidrs: [127.0.0.1], ports: [${port}], allowHttp: true }, { hosts: [bus.test] }] }`;
    const setup = configured(createTestAuthority('Test CA'), '', opened);
    const handlers = HANDLERS.replace('https://far.test/hook', near.url);
    writeFileSync(join(setup.directory, 'handlers.js'), handlers);
    const env = { ...setup.env, HTTP_PROXY: 'http://127.0.0.1:1' };
    await deliver(await urlOf(receive({ ...setup, env })), postStart({ key: 'one' }));
    await until('the call', () => near.requests.length === 1);
  });

  it('are not started with a proxy that is none', async () => {
    const setup = configured(createTestAuthority('Test CA'), 'proxy: "ftp://user:hunter2@proxy"\n');
    const { code, stderr } = await receive({ ...setup, env: { ...setup.env, HTTPS_PROXY: 'x y' } }).ended();
    expect(code).toBe(2);
    expect(stderr).toMatch(/offhook-receiver\.yaml:1:8 proxy: expected the URL of a proxy/);
    expect(stderr).toMatch(/environment HTTPS_PROXY: has white space/);
    expect(stderr).not.toContain('hunter2');
  });
});
