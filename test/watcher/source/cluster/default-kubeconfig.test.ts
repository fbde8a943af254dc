import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type ClusterAccess,
  type ClusterLocation,
  loadCluster,
} from '../../../../watcher/source/cluster/cluster-access.ts';
import { ClusterAccessError } from '../../../../watcher/source/cluster/cluster-access-error.ts';
import { json, recorded, type ScriptedApi, startScriptedApi } from '../../../support/scripted-api.ts';
import { createTestAuthority } from '../../../support/test-certificates.ts';
import { temporaryFolder } from './kubeconfig.ts';

const authority = createTestAuthority('Test CA');

async function serve(...[options]: [Parameters<typeof startScriptedApi>[1]?]): Promise<ScriptedApi> {
  const answers = Array.from({ length: 9 }, () => json(200, {}));
  const server = await startScriptedApi({ other: answers }, options);
  onTestFinished(() => server.close());
  return server;
}

async function open(location: ClusterLocation): Promise<ClusterAccess> {
  const cluster = await loadCluster(location);
  onTestFinished(() => cluster.close());
  return cluster;
}

async function ask(cluster: ClusterAccess): Promise<number> {
  const { status, body } = await cluster.request('/version', { signal: new AbortController().signal });
  await body.toArray();
  return status;
}

function failure(location: ClusterLocation): Promise<unknown> {
  return loadCluster(location).then(
    () => 'loaded',
    (error: unknown) => (error instanceof ClusterAccessError ? error.message : error),
  );
}

type Parts = { readonly [list in 'clusters' | 'users' | 'contexts']?: Readonly<Record<string, object>> } & {
  readonly current?: string;
};

/** Writes a kubeconfig that holds only what is given. */
function write(folder: string, { clusters, users, contexts, current }: Parts, name = 'config'): string {
  const listed = (field: string, entries: Readonly<Record<string, object>> = {}) =>
    Object.entries(entries).map(([entry, value]) => ({ name: entry, [field]: value }));
  const file = join(folder, name);
  const content = {
    kind: 'Config',
    apiVersion: 'v1',
    ...(clusters && { clusters: listed('cluster', clusters) }),
    ...(users && { users: listed('user', users) }),
    ...(contexts && { contexts: listed('context', contexts) }),
    ...(current !== undefined && { 'current-context': current }),
  };
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const everything = (server: string, user: object, cluster: object = {}): Parts => ({
  clusters: { c: { server, ...cluster } },
  users: { u: user },
  contexts: { one: { cluster: 'c', user: 'u' } },
  current: 'one',
});

/** The ways to a kubeconfig; each gets one in a folder of its own, which is not the working directory. */
const ways: readonly (readonly [string, (parts: Parts) => { location: ClusterLocation; folder: string }])[] =
  [
    [
      '--kubeconfig',
      (parts) => {
        const folder = temporaryFolder();
        return { folder, location: { kubeconfig: write(folder, parts), env: {} } };
      },
    ],
    [
      '$KUBECONFIG',
      (parts) => {
        const folder = temporaryFolder();
        const env = { KUBECONFIG: write(folder, parts), HOME: temporaryFolder() };
        return { folder, location: { env } };
      },
    ],
    [
      '$KUBECONFIG with several files',
      (parts) => {
        const [folder, other] = [temporaryFolder(), temporaryFolder()];
        const files = [join(other, 'missing'), write(folder, parts), write(other, {})];
        return { folder, location: { env: { KUBECONFIG: files.join(':') } } };
      },
    ],
    [
      '~/.kube/config',
      (parts) => {
        const HOME = temporaryFolder();
        const folder = join(HOME, '.kube');
        mkdirSync(folder);
        write(folder, parts);
        return { folder, location: { env: { HOME } } };
      },
    ],
  ];

describe.each(ways)('a kubeconfig found by %s', (_, found) => {
  it('has its relative tokenFile read from its folder, anew for every request', async () => {
    const server = await serve();
    const { folder, location } = found(everything(server.url, { tokenFile: 'token' }));
    writeFileSync(join(folder, 'token'), 'first\n');
    const cluster = await open(location);
    await ask(cluster);
    writeFileSync(join(folder, 'token'), 'second\n');
    await ask(cluster);
    const tokens = server.requests.map(({ headers }) => headers.authorization);
    expect(tokens).toEqual(['Bearer first', 'Bearer second']);
  });

  it('has its relative exec command run from its folder', async () => {
    const server = await serve();
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './bin/plugin' };
    const { folder, location } = found(everything(server.url, { exec }));
    mkdirSync(join(folder, 'bin'));
    const status = '{ token: "from-" + process.env.KUBERNETES_EXEC_INFO.length }';
    writeFileSync(
      join(folder, 'bin', 'plugin'),
      `#!${process.execPath}
console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: '${exec.apiVersion}', status: ${status} }));
`,
    );
    chmodSync(join(folder, 'bin', 'plugin'), 0o755);
    const cluster = await open(location);
    expect(await ask(cluster)).toBe(200);
    expect(server.requests[0]?.headers.authorization).toMatch(/^Bearer from-\d+$/);
  });

  it('has its relative certificates read from its folder', async () => {
    const { cert, key } = authority.issue('api');
    const server = await serve({
      cert,
      key,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const client = authority.issue('me');
    const user = { 'client-certificate': 'me.crt', 'client-key': 'me.key' };
    const { folder, location } = found(everything(server.url, user, { 'certificate-authority': 'ca.crt' }));
    writeFileSync(join(folder, 'ca.crt'), authority.cert);
    writeFileSync(join(folder, 'me.crt'), client.cert);
    writeFileSync(join(folder, 'me.key'), client.key);
    expect(await ask(await open(location))).toBe(200);
  });
});

describe('$KUBECONFIG with several files', () => {
  it('is one kubeconfig: each may hold a part, with paths from its own folder', async () => {
    const server = await serve();
    const [first, second, third] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    writeFileSync(join(second, 'token'), 'of-the-second');
    const files = [
      write(first, { contexts: { one: { cluster: 'c', user: 'u', namespace: 'shop' } }, current: 'one' }),
      write(second, { users: { u: { tokenFile: 'token' } } }),
      write(third, { clusters: { c: { server: server.url } } }),
    ];
    const cluster = await open({ env: { KUBECONFIG: files.join(':') } });
    expect(cluster).toMatchObject({ contextName: 'one', namespace: 'shop' });
    await ask(cluster);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer of-the-second');
  });

  it('takes an entry and the current context of the first file that has one, and that one alone', async () => {
    const server = await serve();
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(second, 'token'), 'of-the-second');
    const files = [
      write(first, { ...everything(server.url, { token: 'of-the-first' }), current: '' }),
      write(second, {
        ...everything('http://127.0.0.1:1', { tokenFile: 'token' }),
        contexts: { one: { cluster: 'elsewhere', user: 'nobody' }, two: { cluster: 'c', user: 'u' } },
        current: 'two',
      }),
    ];
    const cluster = await open({ env: { KUBECONFIG: files.join(':') } });
    expect(cluster).toMatchObject({ contextName: 'two', server: server.url });
    await ask(cluster);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer of-the-first');
    const one = await open({ context: 'one', env: { KUBECONFIG: files.join(':') } });
    expect(one.server).toBe(server.url);
  });

  it('goes before ~/.kube/config, which is not looked at then', async () => {
    const server = await serve();
    const HOME = temporaryFolder();
    mkdirSync(join(HOME, '.kube'));
    write(join(HOME, '.kube'), everything('http://127.0.0.1:1', { token: 'home' }));
    const KUBECONFIG = write(temporaryFolder(), everything(server.url, { token: 'named' }));
    await ask(await open({ env: { HOME, KUBECONFIG } }));
    expect(server.requests[0]?.headers.authorization).toBe('Bearer named');
  });

  it('of which none is there, or none has a cluster, is refused with their names', async () => {
    const folder = temporaryFolder();
    const KUBECONFIG = [join(folder, 'a'), write(folder, {}, 'b')].join(':');
    expect(await failure({ env: { KUBECONFIG } })).toBe(
      `no cluster is configured: there is no cluster in what KUBECONFIG names (${folder}/a, ${folder}/b), ` +
        'and this is not a Pod with a service account. Give a kubeconfig file.',
    );
  });

  it('is read anew, all of it, after a 401', async () => {
    const answers = [recorded('unauthorized'), json(200, {})];
    const server = await startScriptedApi({ other: answers });
    onTestFinished(() => server.close());
    const [first, second] = [temporaryFolder(), temporaryFolder()];
    const { users: _, ...rest } = everything(server.url, {});
    const files = [write(first, rest), write(second, { users: { u: { token: 'old' } } })];
    const cluster = await open({ env: { KUBECONFIG: files.join(':') } });
    write(second, { users: { u: { token: 'new' } } });
    expect(await ask(cluster)).toBe(200);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('one of which is broken is refused by its name, and without its text', async () => {
    const good = write(temporaryFolder(), everything('http://127.0.0.1:1', {}));
    const broken = join(temporaryFolder(), 'broken');
    writeFileSync(broken, 'users:\n- name: u\n  user: {token: top-secret\n');
    const message = await failure({ env: { KUBECONFIG: `${good}:${broken}` } });
    expect(message).toMatch(new RegExp(`^${broken} is not valid YAML: \\w+ at line \\d+, column \\d+$`));
  });
});

describe('a file without an end', () => {
  it('is no kubeconfig', async () => {
    expect(await failure({ env: { KUBECONFIG: '/dev/zero' } })).toBe(
      'cannot read the kubeconfig /dev/zero: is larger than 8 MiB',
    );
    expect(await failure({ kubeconfig: '/dev/zero' })).toContain('is larger than 8 MiB');
  });

  it.each([
    ['token', { tokenFile: '/dev/zero' }, {}],
    ['client-key', { 'client-key': '/dev/zero' }, {}],
    ['certificate-authority', {}, { 'certificate-authority': '/dev/zero' }],
  ])('is no %s either', async (field, user, cluster) => {
    const KUBECONFIG = write(temporaryFolder(), everything('https://127.0.0.1:1', user, cluster));
    expect(await failure({ env: { KUBECONFIG } })).toBe(
      `cannot read the ${field} file /dev/zero: is larger than 1 MiB`,
    );
  });

  it('is not read under a name that kubectl does not know', async () => {
    const server = await serve();
    const user = { 'token-file': '/dev/zero', token: 't1' };
    const KUBECONFIG = write(temporaryFolder(), everything(server.url, user));
    await ask(await open({ env: { KUBECONFIG } }));
    expect(server.requests[0]?.headers.authorization).toBe('Bearer t1');
  });
});
