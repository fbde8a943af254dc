import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startReceiver } from '../../support/receiver.ts';
import { runHere } from '../../support/run-here.ts';
import { SECRET } from '../../support/watch-config.ts';
import { readReport, runDoctor, startCluster } from './support/run-doctor.ts';

/** A configuration whose secret is in a file. */
async function withSecretFile(secret: string) {
  const directory = temporaryDirectory();
  const receiver = await startReceiver();
  receiver.answer(401);
  const file = join(directory, 'offhook.yaml');
  const signingSecretFile = join(directory, secret);
  writeFileSync(
    file,
    `subscriptions:
  - { name: bridge, url: '${receiver.url}', signingSecretFile: '${signingSecretFile}', allowHttp: true }
dataDir: '${join(directory, 'journal')}'
journal: { allowVolatile: true }
`,
  );
  const run = async (env: Record<string, string> = {}) => {
    const { url } = await startCluster();
    return readReport(await runHere(['doctor', '--json', '--config', file, '--server', url], { env }));
  };
  return { signingSecretFile, run };
}

it('tells what is wrong with a configuration, with exit code 2, and what can be seen without it', async () => {
  const report = await runDoctor({ extra: 'journel: {}\n' });
  expect(report.code).toBe(2);
  const { status, hints } = report.check('configuration.loads');
  expect(status).toBe('failed');
  expect(hints.join()).toMatch(/offhook\.yaml:\d+:1 journel: unknown key; did you mean "journal"\?/);
  expect(report.check('cluster.identity').status).toBe('ok');
  expect(report.ids('skipped')).toEqual(
    expect.arrayContaining(['permissions', 'subscriptions', 'journal.directory', 'configuration.secrets']),
  );
});

it('says that there is no configuration', async () => {
  const { url } = await startCluster();
  const ended = await runHere(['doctor', '--config', 'nowhere.yaml', '--server', url]);
  expect(ended).toMatchObject({ code: 2, stderr: '' });
  expect(ended.stdout).toMatch(/✗ nowhere\.yaml: .*\n {6}nowhere\.yaml: no such file/);
});

it('says that a secret is not there, without its path', async () => {
  const { run } = await withSecretFile('nothing');
  const { code, check } = await run();
  expect(code).toBe(2);
  const { hints } = check('configuration.loads');
  expect(hints.join()).toMatch(/subscriptions\[0\]\.signingSecretFile: secret file: no such file/);
});

it.each([
  [0o600, {}, 'ok', []],
  [0o440, {}, 'ok', []],
  [0o644, {}, 'warning', ['can be read by everybody (mode 0644)']],
  // The kubelet mounts Secrets so, and nobody else is in the container.
  [0o644, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'ok', []],
  [0o666, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'warning', ['can be changed by everybody (mode 0666)']],
] as const)('looks who may get at a secret of mode %o with %j: %s', async (mode, env, status, told) => {
  const { signingSecretFile, run } = await withSecretFile('secret');
  writeFileSync(signingSecretFile, SECRET);
  chmodSync(signingSecretFile, mode);
  const report = await run(env);
  const check = report.check('configuration.secrets');
  expect(check.status).toBe(status);
  for (const text of told) expect(check.hints.join()).toContain(text);
  expect(report.code).toBe(0);
  expect(report.output).not.toContain(SECRET.slice(6));
});

it('--json is one object, whose checks all have the same form', async () => {
  const report = await runDoctor();
  expect(report.output.trim().split('\n')).toHaveLength(1);
  const { ok, summary, checks } = report;
  expect(Object.values(summary).reduce((sum, count) => sum + count, 0)).toBe(checks.length);
  expect(ok).toBe(report.code === 0);
  for (const check of checks) {
    expect(check).toEqual({
      id: expect.stringMatching(/^[a-z]+(\.[\w-]+)*$/i),
      group: expect.stringMatching(/\S/),
      title: expect.stringMatching(/\S/),
      status: expect.stringMatching(/^(ok|warning|failed|skipped)$/),
      message: expect.any(String),
      hints: expect.any(Array),
    });
  }
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
});

it('prints nothing that a terminal would obey, whatever a server says', async () => {
  const { url } = await startCluster({ clusterUid: 'a\u001b[2Jb' });
  const ended = await runHere(['doctor', '--config', 'nowhere.yaml', '--server', url]);
  expect(ended.stdout).toContain('a\\u001b[2Jb');
});
