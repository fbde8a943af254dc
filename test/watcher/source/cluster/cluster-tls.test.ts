import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ClusterAccess, loadCluster } from '../../../../watcher/source/cluster/cluster-access.ts';
import { json, type ScriptedApi, startScriptedApi } from '../../../support/scripted-api.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { type KubeconfigParts, temporaryFolder, writeKubeconfig } from './kubeconfig.ts';

const authority = createTestAuthority('Test CA');
const stranger = createTestAuthority('Another CA');
const caData = btoa(authority.cert);

/** An API server with a certificate of our CA; with `ask` it also wants one from the client. */
async function serve(ask: 'client certificate' | 'nothing' = 'nothing'): Promise<ScriptedApi> {
  const { cert, key } = authority.issue('api');
  const mutual = ask === 'nothing' ? {} : { ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  const answers = Array.from({ length: 5 }, () => json(200, {}));
  const server = await startScriptedApi({ other: answers }, { cert, key, ...mutual });
  onTestFinished(() => server.close());
  return server;
}

async function open(folder: string, parts: KubeconfigParts): Promise<ClusterAccess> {
  const cluster = await loadCluster({ kubeconfig: writeKubeconfig(folder, parts) });
  onTestFinished(() => cluster.close());
  return cluster;
}

async function ask(cluster: ClusterAccess): Promise<number> {
  const { status, body } = await cluster.request('/version', { signal: new AbortController().signal });
  await body.toArray();
  return status;
}

function certificateFiles(folder: string, { cert, key }: { cert: string; key: string }) {
  const files = {
    'client-certificate': join(folder, 'client.crt'),
    'client-key': join(folder, 'client.key'),
  };
  writeFileSync(files['client-certificate'], cert);
  writeFileSync(files['client-key'], key);
  return files;
}

describe('the server certificate', () => {
  it('is trusted by the CA data of the kubeconfig, over HTTP/1.1', async () => {
    const server = await serve();
    const cluster = await open(temporaryFolder(), {
      server: server.url,
      cluster: { 'certificate-authority-data': caData },
    });
    expect(await ask(cluster)).toBe(200);
    expect(cluster.insecure).toBe(false);
  });

  it('is refused when another CA signed it, naming the file of the CA that was used', async () => {
    const server = await serve();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'ca.crt'), stranger.cert);
    const cluster = await open(folder, {
      server: server.url,
      cluster: { 'certificate-authority': 'ca.crt' },
    });
    await expect(ask(cluster)).rejects.toThrow(
      new RegExp(`certificate of ${server.url} is not trusted .*the CA in ${join(folder, 'ca.crt')}$`),
    );
  });

  it('is refused when no CA is named, saying so', async () => {
    const server = await serve();
    const cluster = await open(temporaryFolder(), { server: server.url });
    await expect(ask(cluster)).rejects.toThrow(/not trusted .*names no certificate-authority$/);
  });

  it('is refused for another name', async () => {
    const server = await serve();
    const cluster = await open(temporaryFolder(), {
      server: server.url,
      cluster: { 'certificate-authority-data': caData, 'tls-server-name': 'api.example.com' },
    });
    await expect(ask(cluster)).rejects.toThrow('is for another name');
  });

  it('is not checked only where the kubeconfig says so, and that shows', async () => {
    const server = await serve();
    const cluster = await open(temporaryFolder(), {
      server: server.url,
      cluster: { 'insecure-skip-tls-verify': true },
    });
    expect(await ask(cluster)).toBe(200);
    expect(cluster.insecure).toBe(true);
  });
});

describe('a client certificate', () => {
  const cluster = { 'certificate-authority-data': caData };

  it('lets in, from data or from files', async () => {
    const server = await serve('client certificate');
    const { cert, key } = authority.issue('client');
    const data = { 'client-certificate-data': btoa(cert), 'client-key-data': btoa(key) };
    expect(await ask(await open(temporaryFolder(), { server: server.url, cluster, user: data }))).toBe(200);
    const folder = temporaryFolder();
    const user = certificateFiles(folder, { cert, key });
    expect(await ask(await open(folder, { server: server.url, cluster, user }))).toBe(200);
  });

  it('that is refused does not poison what comes after its renewal', async () => {
    const server = await serve('client certificate');
    const folder = temporaryFolder();
    const user = certificateFiles(folder, stranger.issue('client'));
    const access = await open(folder, { server: server.url, cluster, user });
    await expect(ask(access)).rejects.toThrow('no answer from');
    await expect(ask(access)).rejects.toThrow('no answer from');
    certificateFiles(folder, authority.issue('client'));
    expect(await ask(access)).toBe(200);
  });
});
