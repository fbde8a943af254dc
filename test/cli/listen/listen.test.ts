import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { SECRET } from '../../functions/support/signed-post.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { type OffhookProcess, startOffhook } from '../../support/offhook-process.ts';
import { type ReceivedRequest, respond, startReceiver } from '../../support/receiver.ts';
import { runHere } from '../../support/run-here.ts';
import { until } from '../../support/until.ts';

const pod = (name: string, labels: Record<string, string> = {}) => ({
  kind: 'Pod',
  metadata: { name, labels },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
});

/** A cluster that nobody may write to by its API. */
async function readOnlyCluster() {
  const cluster = await createLocalCluster({
    forbid: ['create', 'update', 'patch', 'delete'].map((verb) => ({ verb, resource: 'pods' })),
  });
  onTestFinished(() => cluster.close());
  const kubeconfig = join(temporaryDirectory(), 'config');
  writeFileSync(kubeconfig, cluster.kubeconfig());
  return { cluster, kubeconfig };
}

async function listening(args: readonly string[], env: Record<string, string> = {}) {
  const tmp = temporaryDirectory();
  const listen = startOffhook(['listen', ...args], { env: { TMPDIR: tmp, ...env } });
  await listen.says(/Ctrl-C ends/);
  return { listen, tmp };
}

async function verdictOf({ headers, body }: ReceivedRequest, secret: string) {
  const verifier = await createVerifier({ keys: [secret] });
  return verifier.verify(new Headers(headers as Record<string, string>), new Uint8Array(body), Date.now());
}

async function endsCleanly(listen: OffhookProcess, tmp: string) {
  expect(readdirSync(tmp)).toHaveLength(1);
  listen.killGroup('SIGINT');
  const ended = await listen.ended();
  expect(ended.code).toBe(0);
  expect(readdirSync(tmp)).toEqual([]);
  return ended;
}

it('signs with a secret of its own, tells every answer once and what a refusal means, and leaves nothing', async () => {
  const { cluster, kubeconfig } = await readOnlyCluster();
  const receiver = await startReceiver();
  receiver.answer(202, respond(401, {}, '{"error":"bad_signature","hint":"canary"}'));
  const { listen, tmp } = await listening([
    ...['--to', receiver.url, '--kubeconfig', kubeconfig, '--hook', 'preStart', '--hook', 'postStart'],
  ]);
  await until('it follows', () => cluster.api.openWatches() >= 2);
  cluster.applyManifest(pod('web'));
  await until('both are told', () => listen.stdout().split('\n').length > 2, 15_000);
  expect(listen.stdout()).toMatch(/^\d\d:\d\d:\d\d {2}preStart {4}default\/web\/app {2}202 in \d+ ms$/m);
  expect(listen.stdout()).toMatch(/ postStart {3}default\/web\/app {2}401 bad_signature in \d+ ms$/m);
  await listen.says(/ {2}401 bad_signature: none of the keys of the receiver belongs/);
  const [, secret = ''] = /(whsec_\S+)/.exec(listen.stderr()) ?? [];
  const [first] = await receiver.received(2);
  expect(first && (await verdictOf(first, secret)).kind).toBe('verified');
  const { stdout, stderr } = await endsCleanly(listen, tmp);
  expect(stderr).toMatch(/\nForwarded 2 events: 1 taken, 1 not\.\n$/);
  expect(stderr).toContain('read only');
  expect(stdout + stderr).not.toMatch(/canary|tenant=a/);
  expect(receiver.requests).toHaveLength(2);
}, 60_000);

it('forwards what its filters admit, with a given secret, and tells programs of it in JSON', async () => {
  const { cluster, kubeconfig } = await readOnlyCluster();
  for (const name of ['shop', 'pay']) cluster.createNamespace(name);
  const receiver = await startReceiver();
  const filters = [
    '--hook',
    'postStart',
    '--namespace',
    'shop',
    '--selector',
    'app=web',
    '--container',
    'app',
  ];
  const { listen, tmp } = await listening(
    ['--to', receiver.url, '--kubeconfig', kubeconfig, '--json', ...filters],
    { OFFHOOK_SIGNING_SECRET: SECRET },
  );
  await until('it follows', () => cluster.api.openWatches() >= 2);
  const inNamespace = (namespace: string, name: string, app: string) => {
    const { metadata, ...rest } = pod(name, { app });
    cluster.applyManifest({ ...rest, metadata: { ...metadata, namespace } });
  };
  inNamespace('pay', 'other', 'web');
  inNamespace('shop', 'wrong', 'db');
  inNamespace('shop', 'right', 'web');
  const [request] = await receiver.received(1);
  expect(request && (await verdictOf(request, SECRET)).kind).toBe('verified');
  await until('it is told', () => listen.stdout().endsWith('\n'), 15_000);
  const { stdout, stderr } = await endsCleanly(listen, tmp);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    expect.objectContaining({
      ...{ hook: 'postStart', subject: 'shop/right/app', taken: true, status: 202, reason: null },
      id: request?.headers['webhook-id'],
    }),
  ]);
  expect(stderr).toContain('the one of variable OFFHOOK_SIGNING_SECRET');
  expect(stderr).not.toContain('whsec_');
}, 60_000);

it('plays a scenario on an embedded cluster, and says why nobody answers', async () => {
  const { listen, tmp } = await listening([
    ...['--to', 'http://127.0.0.1:1/hooks', '--embedded', '--scenario', 'hooks', '--hook', 'postStart'],
  ]);
  await until('it is told', () => listen.stdout().endsWith('\n'), 20_000);
  expect(listen.stdout()).toMatch(/ postStart .* {2}connect ECONNREFUSED in \d+ ms$/m);
  await listen.says(/connect ECONNREFUSED: Nobody listens there/);
  await endsCleanly(listen, tmp);
}, 60_000);

const to = ['listen', '--to', 'http://127.0.0.1:1/'];
it.each<[readonly string[], RegExp]>([
  [['listen'], /expected --to URL/],
  [
    [...to, '--embedded', '--context', 'a'],
    /--embedded does not go with --context: it follows a cluster of its own/,
  ],
  [[...to, '--scenario', 'hooks'], /--scenario goes with --embedded/],
  [[...to, '--namespace', '../x'], /--namespace must be a name of 1 to 63/],
  [[...to, '--selector', 'a b'], /--selector must be a label such as app=checkout/],
  [[...to, '--selector', 'tier in web'], /--selector must be a label such as app=checkout/],
  [[...to, '--exit-codes', '256'], /--exit-codes must be exit codes from 0 to 255/],
  [[...to, '--reason', 'OOM Killed'], /--reason must be a reason such as OOMKilled/],
  [
    [...to, '--reason', 'Error', '--hook', 'preStop'],
    /--exit-codes and --reason are for --hook postStop alone/,
  ],
  [[...to, '--signing-secret-env', 'NOBODY'], /variable NOBODY: is not set/],
])('%j is a mistake that is told before anything starts', async (argv, message) => {
  const { code, stdout, stderr } = await runHere(argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

it('says in one sentence that there is no such cluster', async () => {
  const { code, stderr } = await runHere([...to, '--kubeconfig', '/nowhere/config']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^offhook listen: [^\n]*\n$/);
});
