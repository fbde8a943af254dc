import { expect, it, onTestFinished } from 'vitest';
import { type ClusterLocation, loadCluster } from '../../../../watcher/source/cluster/cluster-access.ts';
import { proxiesOfEnvironment } from '../../../../watcher/source/cluster/cluster-proxy.ts';
import { startHttpProxy } from '../../../support/http-proxy.ts';
import { json, startScriptedApi } from '../../../support/scripted-api.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { temporaryFolder, writeKubeconfig } from './kubeconfig.ts';

const authority = createTestAuthority('Test CA');
const ANSWERS = Array.from({ length: 5 }, () => json(200, {}));

async function serve(tls?: { key: string; cert: string }) {
  const api = await startScriptedApi({ other: ANSWERS }, tls);
  onTestFinished(() => api.close());
  return api;
}

async function ask(location: ClusterLocation): Promise<number> {
  const cluster = await loadCluster(location);
  onTestFinished(() => cluster.close());
  const { status, body } = await cluster.request('/version', { signal: AbortSignal.timeout(10_000) });
  await body.toArray();
  return status;
}

function kubeconfigOf(server: string, cluster: object = {}): string {
  const trusted = { 'certificate-authority-data': btoa(authority.cert), ...cluster };
  return writeKubeconfig(temporaryFolder(), { server, cluster: trusted, user: { token: 'service-token' } });
}

it('proxy-url of the kubeconfig leads to its API server, with its credentials, whatever the environment says', async () => {
  const api = await serve(authority.issue('api'));
  const proxy = await startHttpProxy({ user: 'offhook', password: 'p@ss' });
  const kubeconfig = kubeconfigOf(api.url, { 'proxy-url': proxy.urlWithCredentials });
  const proxyFor = proxiesOfEnvironment({ HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '*' });
  expect(await ask({ kubeconfig, proxyFor })).toBe(200);
  expect(proxy.asked).toEqual([`CONNECT ${new URL(api.url).host}`]);
});

it('without one it is the environment’s, as with kubectl', async () => {
  const api = await serve();
  const hosts = { 'api.test:8080': new URL(api.url).host };
  const proxy = await startHttpProxy({ hosts });
  const kubeconfig = kubeconfigOf('http://api.test:8080');
  const HTTP_PROXY = proxy.url;
  expect(await ask({ kubeconfig, proxyFor: proxiesOfEnvironment({ HTTP_PROXY }) })).toBe(200);
  expect(proxy.asked).toEqual(['GET http://api.test:8080/version']);
});

it('an address on this machine is asked directly', async () => {
  const api = await serve();
  const proxyFor = proxiesOfEnvironment({ HTTP_PROXY: 'http://127.0.0.1:1' });
  expect(await ask({ kubeconfig: kubeconfigOf(api.url), proxyFor })).toBe(200);
});

it('a proxy that refuses is named, without its credentials', async () => {
  const api = await serve(authority.issue('api'));
  const proxy = await startHttpProxy({ user: 'offhook', password: 'p@ss' });
  const url = proxy.url.replace('://', '://offhook:hunter2@');
  const failure = await ask({ kubeconfig: kubeconfigOf(api.url, { 'proxy-url': url }) }).catch(String);
  expect(failure).toContain(
    `no answer from ${api.url}: the proxy ${proxy.url} wants other credentials (407)`,
  );
  expect(failure).not.toContain('hunter2');
});

it.each([
  [
    { 'proxy-url': 'http://offhook:hunter2@proxy/path' },
    {},
    /proxy-url of the kubeconfig: expected the URL of a proxy/,
  ],
  [
    { 'proxy-url': 'socks5://offhook:hunter2@proxy:port' },
    {},
    /proxy-url of the kubeconfig: expected a URL such as socks5/,
  ],
  [
    {},
    { HTTPS_PROXY: 'ftp://offhook:hunter2@proxy' },
    /environment HTTPS_PROXY: expected the URL of a proxy/,
  ],
])('what is no proxy is an error at the start (%#)', async (cluster, env, message) => {
  const kubeconfig = kubeconfigOf('https://api.test', cluster);
  const load = async () => loadCluster({ kubeconfig, proxyFor: proxiesOfEnvironment(env) });
  const error: unknown = await load().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ClusterAccessError', message: expect.stringMatching(message) });
  expect(String(error)).not.toContain('hunter2');
});
