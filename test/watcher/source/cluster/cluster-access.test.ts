import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ClusterAccess,
  type ClusterLocation,
  loadCluster,
} from '../../../../watcher/source/cluster/cluster-access.ts';
import { ClusterAccessError } from '../../../../watcher/source/cluster/cluster-access-error.ts';
import { json, recorded, reset, type ScriptedApi, startScriptedApi } from '../../../support/scripted-api.ts';
import { temporaryFolder, writeKubeconfig } from './kubeconfig.ts';

const PATH = '/version';

async function api(...steps: Parameters<ScriptedApi['script']>[1][]): Promise<ScriptedApi> {
  const server = await startScriptedApi({ other: steps.length > 0 ? steps : [json(200, {}), json(200, {})] });
  onTestFinished(() => server.close());
  return server;
}

async function open(location: ClusterLocation): Promise<ClusterAccess> {
  const cluster = await loadCluster(location);
  onTestFinished(() => cluster.close());
  return cluster;
}

async function ask(cluster: ClusterAccess, path = PATH): Promise<number> {
  const { status, body } = await cluster.request(path, { signal: new AbortController().signal });
  await body.toArray();
  return status;
}

function failure(location: ClusterLocation): Promise<unknown> {
  return loadCluster(location).then(
    () => 'loaded',
    (error: unknown) => (error instanceof ClusterAccessError ? error.message : error),
  );
}

describe('loadCluster refuses', () => {
  it('a file that is not there', async () => {
    const kubeconfig = join(temporaryFolder(), 'missing');
    expect(await failure({ kubeconfig })).toBe(
      `cannot read the kubeconfig ${kubeconfig}: there is no such file`,
    );
  });

  it('bad YAML with the position, without quoting a token', async () => {
    const kubeconfig = join(temporaryFolder(), 'config');
    writeFileSync(kubeconfig, 'clusters: []\nusers:\n- name: u\n  user: {token: top-secret\n');
    const message = await failure({ kubeconfig });
    expect(message).toMatch(/is not valid YAML: \w+ at line \d+, column \d+/);
    expect(message).not.toContain('top-secret');
  });

  it.each(['', 'just text', '[]', 'clusters: 5'])('%j, which is no kubeconfig', async (content) => {
    const kubeconfig = join(temporaryFolder(), 'config');
    writeFileSync(kubeconfig, content);
    expect(await failure({ kubeconfig })).toContain('is not a kubeconfig');
  });

  it('an unknown context, and lists the contexts', async () => {
    const kubeconfig = writeKubeconfig(temporaryFolder(), { server: 'http://127.0.0.1:1' });
    expect(await failure({ kubeconfig, context: 'prod' })).toBe(
      `there is no context "prod" in ${kubeconfig}. Contexts there: one, other`,
    );
  });

  it('a kubeconfig without a current context, and lists the contexts', async () => {
    const parts = { server: 'http://127.0.0.1:1', currentContext: '' };
    const kubeconfig = writeKubeconfig(temporaryFolder(), parts);
    expect(await failure({ kubeconfig })).toContain('no current-context. Choose one of: one, other');
  });

  it('a context that names what is not there', async () => {
    const kubeconfig = writeKubeconfig(temporaryFolder(), { server: 'http://127.0.0.1:1' });
    expect(await failure({ kubeconfig, context: 'other' })).toContain('unknown cluster "elsewhere"');
  });

  it.each([
    ['certificate-authority', { cluster: { 'certificate-authority': 'gone.crt' } }],
    ['client-certificate', { user: { 'client-certificate': 'gone.crt', 'client-key': 'gone.crt' } }],
    ['token', { user: { tokenFile: 'gone.crt' } }],
  ])('an unreadable %s file, naming it', async (field, parts) => {
    const folder = temporaryFolder();
    const kubeconfig = writeKubeconfig(folder, { server: 'https://127.0.0.1:1', ...parts });
    const file = join(folder, 'gone.crt');
    expect(await failure({ kubeconfig })).toBe(`cannot read the ${field} file ${file}: no such file`);
  });

  it('a missing exec plugin, with its install hint', async () => {
    const exec = { command: 'offhook-no-such-plugin', installHint: 'Install it with apt.' };
    const kubeconfig = writeKubeconfig(temporaryFolder(), { server: 'https://127.0.0.1:1', user: { exec } });
    expect(await failure({ kubeconfig })).toBe(
      'the exec plugin "offhook-no-such-plugin" of user "tester" was not found. Install it with apt.',
    );
  });

  it('an exec plugin that fails, with the first line of its complaint', async () => {
    const exec = {
      command: process.execPath,
      args: ['-e', 'console.error("log in first\\nmore"); process.exit(1)'],
    };
    const kubeconfig = writeKubeconfig(temporaryFolder(), { server: 'https://127.0.0.1:1', user: { exec } });
    expect(await failure({ kubeconfig })).toMatch(/of user "tester" failed: log in first$/);
  });

  it('an address that is no URL', async () => {
    const kubeconfig = writeKubeconfig(temporaryFolder(), { server: 'ftp://127.0.0.1' });
    expect(await failure({ kubeconfig })).toContain('"test" is not an http or https URL');
  });

  it('to invent a cluster where none is configured', async () => {
    const env = { KUBECONFIG: '', HOME: temporaryFolder() };
    expect(await failure({ env })).toContain('no cluster is configured');
  });
});

describe('a cluster', () => {
  it('is found the way kubectl finds it', async () => {
    const server = await api();
    const parts = { server: server.url, user: { token: 't1' } };
    const env = { KUBECONFIG: writeKubeconfig(temporaryFolder(), parts) };
    const cluster = await open({ env });
    expect(await ask(cluster)).toBe(200);
    expect(cluster).toMatchObject({
      server: server.url,
      contextName: 'one',
      namespace: 'shop',
      insecure: false,
    });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer t1');
  });

  it('given by its address alone gets no credentials of any kubeconfig', async () => {
    const server = await api();
    const parts = { server: server.url, user: { token: 't1' } };
    const env = { KUBECONFIG: writeKubeconfig(temporaryFolder(), parts) };
    const cluster = await open({ server: server.url, env });
    expect(await ask(cluster)).toBe(200);
    expect(cluster.contextName).toBeNull();
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('can be reached at another address with the credentials of a context', async () => {
    const server = await api();
    const parts = { server: 'https://127.0.0.1:1', user: { username: 'me', password: 'pw' } };
    const kubeconfig = writeKubeconfig(temporaryFolder(), parts);
    const cluster = await open({ kubeconfig, server: server.url });
    expect(await ask(cluster)).toBe(200);
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa('me:pw')}`);
  });

  it('may lie below a path, as behind a gateway', async () => {
    const server = await api();
    const cluster = await open({ server: `${server.url}/k8s/clusters/c-1/` });
    await ask(cluster, '/api/v1/pods?limit=1');
    expect(server.requests[0]?.path).toBe('/k8s/clusters/c-1/api/v1/pods');
    expect(cluster.server).toBe(server.url);
  });

  it('needs no user', async () => {
    const server = await api();
    const cluster = await open({
      kubeconfig: writeKubeconfig(temporaryFolder(), { server: server.url, user: null }),
    });
    expect(await ask(cluster)).toBe(200);
  });

  it('is impersonated as the kubeconfig says', async () => {
    const server = await api();
    const kubeconfig = writeKubeconfig(temporaryFolder(), {
      server: server.url,
      user: { as: 'system:auditor' },
    });
    await ask(await open({ kubeconfig }));
    expect(server.requests[0]?.headers['impersonate-user']).toBe('system:auditor');
  });
});

describe('a token file', () => {
  it.each([
    ['of a kubeconfig', (file: string) => ({ tokenFile: file })],
    [
      'of a service account',
      (file: string) => ({ 'auth-provider': { name: 'tokenFile', config: { tokenFile: file } } }),
    ],
  ])('%s is read anew for every request', async (_, userWith) => {
    const server = await api();
    const folder = temporaryFolder();
    const file = join(folder, 'token');
    writeFileSync(file, 'first\n');
    const cluster = await open({
      kubeconfig: writeKubeconfig(folder, { server: server.url, user: userWith(file) }),
    });
    await ask(cluster);
    writeFileSync(file, 'second\n');
    await ask(cluster);
    const tokens = server.requests.map(({ headers }) => headers.authorization);
    expect(tokens).toEqual(['Bearer first', 'Bearer second']);
  });
});

describe('an auth-provider', () => {
  const soon = Math.floor(Date.now() / 1000) + 3600;
  const identity = [{ alg: 'none' }, { exp: soon }, 'signature']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  it.each([
    ['oidc', { 'id-token': identity }, identity],
    ['gcp', { 'access-token': 'google' }, 'google'],
    ['azure', { 'access-token': 'entra', 'expires-on': String(soon) }, 'entra'],
  ])('%s lets in with its token', async (name, config, token) => {
    const server = await api();
    const user = { 'auth-provider': { name, config } };
    const kubeconfig = writeKubeconfig(temporaryFolder(), { server: server.url, user });
    await ask(await open({ kubeconfig }));
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it('gcp runs the command that is named where the token has expired', async () => {
    const server = await api();
    const folder = temporaryFolder();
    const command = join(folder, 'gcloud');
    writeFileSync(
      command,
      `#!${process.execPath}\nconsole.log(JSON.stringify({ credential: { token: process.argv[2], end: '2100-01-01' } }));\n`,
    );
    chmodSync(command, 0o755);
    const config = {
      'cmd-path': command,
      'cmd-args': 'fresh',
      'token-key': '{.credential.token}',
      'expiry-key': '{.credential.end}',
    };
    const user = { 'auth-provider': { name: 'gcp', config } };
    await ask(await open({ kubeconfig: writeKubeconfig(folder, { server: server.url, user }) }));
    expect(server.requests[0]?.headers.authorization).toBe('Bearer fresh');
  });
});

describe('a 401', () => {
  it('makes it load the kubeconfig anew, and ask once more', async () => {
    const server = await api(
      recorded('unauthorized'),
      json(200, {}),
      recorded('unauthorized'),
      recorded('unauthorized'),
    );
    const folder = temporaryFolder();
    const kubeconfig = writeKubeconfig(folder, { server: server.url, user: { token: 'old' } });
    const cluster = await open({ kubeconfig });
    writeKubeconfig(folder, { server: server.url, user: { token: 'new' } });
    expect(await ask(cluster)).toBe(200);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(await ask(cluster)).toBe(401);
    expect(server.requests).toHaveLength(4);
  });

  it('makes it run the exec plugin again, which is told what kubectl would tell it', async () => {
    const server = await api(json(200, {}), recorded('unauthorized'), json(200, {}));
    const folder = temporaryFolder();
    const plugin = join(folder, 'plugin');
    writeFileSync(
      plugin,
      `#!${process.execPath}
const fs = require('node:fs');
const count = fs.existsSync('${folder}/count') ? Number(fs.readFileSync('${folder}/count', 'utf8')) + 1 : 1;
fs.writeFileSync('${folder}/count', String(count));
const { apiVersion, spec } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
const token = [process.env.TENANT, process.argv[2], spec.interactive, count].join('-');
console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion, status: { token } }));
`,
    );
    chmodSync(plugin, 0o755);
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './plugin',
      args: ['get-token'],
      env: [{ name: 'TENANT', value: 'acme' }],
    };
    const cluster = await open({
      kubeconfig: writeKubeconfig(folder, { server: server.url, user: { exec } }),
    });
    expect(await ask(cluster)).toBe(200);
    expect(await ask(cluster)).toBe(200);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer acme-get-token-false-1',
      'Bearer acme-get-token-false-1',
      'Bearer acme-get-token-false-2',
    ]);
  });
});

describe('no answer', () => {
  it('is an error that says which server refused', async () => {
    const server = await startScriptedApi();
    const { url } = server;
    await server.close();
    const cluster = await open({ server: url });
    await expect(ask(cluster)).rejects.toThrow(`${url} refused the connection (ECONNREFUSED)`);
  });

  it('does not keep it from trying again', async () => {
    const server = await api(reset, reset, reset, json(200, {}));
    const cluster = await open({ server: server.url });
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(ask(cluster)).rejects.toThrow('no answer from');
    expect(await ask(cluster)).toBe(200);
  });

  it('is the reason of the signal when the caller gave up', async () => {
    const server = await api(() => {});
    const cluster = await open({ server: server.url });
    const controller = new AbortController();
    const pending = cluster.request(PATH, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });
});
