import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runOffhook } from '../../support/offhook-process.ts';
import { until } from '../../support/until.ts';
import { receive, urlOf, writeReceiverConfig } from '../support/receive-process.ts';

describe('offhook receive ends with one clear message', () => {
  it('about a mistake in the configuration, with its place, exit code 2', async () => {
    const { file, env } = writeReceiverConfig('handers: {}\n');
    const { code, stdout, stderr } = await runOffhook(['receive', '--config', file], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`${file}:4:1 handers: unknown key; did you mean "handlers"?\n`);
  });

  it('about a configuration that is not there, exit code 2', async () => {
    const { directory } = writeReceiverConfig();
    const ended = await runOffhook(['receive', '--config', 'nowhere.yaml'], { cwd: directory });
    expect(ended).toEqual({ code: 2, stdout: '', stderr: 'nowhere.yaml: no such file\n' });
  });

  it.each([
    ['that is not there', null, /cannot be loaded: .*handlers\.ts/],
    ['that throws', 'throw new Error("not today")', /cannot be loaded: not today/],
    [
      'without its function',
      'export const handlers = 1',
      /must export a function registerHandlers.*it exports handlers/,
    ],
    [
      'that registers badly',
      'export const registerHandlers = (hooks) => hooks.on("preStopp", {}, () => {}, { name: "x" })',
      /the handlers in .*handlers\.ts cannot be registered: .*"preStopp" is not a hook/,
    ],
    [
      'whose registration rejects',
      'export const registerHandlers = async () => { throw new Error("no such tenant") }',
      /the handlers in .*handlers\.ts cannot be registered: no such tenant/,
    ],
    [
      'whose service is down',
      'export const registerHandlers = () => fetch("http://127.0.0.1:9/tenants")',
      /cannot be registered: TypeError: fetch failed/,
    ],
  ])('about a handlers module %s', async (what, source, message) => {
    const setup = writeReceiverConfig();
    const module = join(setup.directory, 'handlers.ts');
    if (source !== null) writeFileSync(module, source);
    writeFileSync(
      setup.file,
      `handlers: { module: ${module} }\nsigningSecretEnv: SIGNING_SECRET\ndataDir: ${setup.directory}/data\n`,
    );
    const { code, stderr } = await runOffhook(['receive', '--config', setup.file], setup);
    // What only a person can mend is not tried again by systemd.
    expect(code).toBe(/throws|rejects|down/.test(what) ? 1 : 2);
    expect(stderr).toMatch(/^offhook receive: cannot start: /);
    expect(stderr).toMatch(message);
    expect(stderr.trim()).not.toContain('\n');
  });

  it('about a data directory that another process uses, naming that process', async () => {
    const setup = writeReceiverConfig();
    const first = receive(setup);
    await urlOf(first);
    const { code, stderr } = await runOffhook(['receive', '--config', setup.file], setup);
    expect(code).toBe(1);
    expect(stderr).toContain(`is in use by another receiver (process ${first.pid}): stop it`);
  });

  it('about a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await until('the port', () => server.listening);
    const { port } = server.address() as AddressInfo;
    const { file, env } = writeReceiverConfig('', `port: ${port}`);
    const { code, stderr } = await runOffhook(['receive', '--config', file], { env });
    expect(code).toBe(1);
    expect(stderr).toContain(`cannot listen on 127.0.0.1, port ${port}: another process uses it`);
  });
});

it('offhook receive --check reads everything and starts nothing', async () => {
  const { file, env, directory } = writeReceiverConfig();
  const ended = await runOffhook(['receive', '--check', '--config', file], { env });
  const hooks = 'preStart, postStart, preStop, postStop, hookFailed, gap, disabled';
  const stdout = [
    `handler audit: ${hooks}; every event; 20 attempts of at most 30 s`,
    'handler announce-run: postStart; every event; 6 attempts of at most 30 s',
    'handler cleanup: preStop; every event; 6 attempts of at most 30 s',
    'The configuration is good.\n',
  ].join('\n');
  expect(ended).toEqual({ code: 0, stdout, stderr: '' });
  expect(readdirSync(directory)).toEqual(['offhook-receiver.yaml']);
});

const WRONG_VARS = `vars:
  CLEANUP_URL: nonsense
  CALL_SECRET: { env: CALL }
  S3_BUCKET: backups
  S3_REGION: "two words"
  CHAT_WEBHOOK_URL: https://user:visible@chat.example
`;

it.each([[['--check']], [[]]])(
  'offhook receive %j tells of all wrong variables at their keys, exit code 2',
  async (more) => {
    const { file, env } = writeReceiverConfig(WRONG_VARS);
    const args = ['receive', ...more, '--config', file];
    const { code, stdout, stderr } = await runOffhook(args, { env: { ...env, CALL: 'whsec_c2hvcnQ=' } });
    const lines = stderr.trim().split('\n');
    expect(lines).toEqual([
      expect.stringContaining(`${file}:5:3 vars.S3_ACCESS_KEY_ID: must be set, because S3_BUCKET is`),
      expect.stringContaining(`${file}:5:3 vars.S3_SECRET_ACCESS_KEY: must be set, because S3_BUCKET is`),
      expect.stringContaining(`${file}:5:3 vars.S3_PREFIX: must be set, because S3_BUCKET is`),
      expect.stringContaining(`${file}:5:16 vars.CLEANUP_URL: must be a URL that begins with https://`),
      expect.stringContaining(`${file}:6:16 vars.CALL_SECRET: `),
      expect.stringContaining(`${file}:8:14 vars.S3_REGION: must be the name of a region`),
      expect.stringContaining(`${file}:9:21 vars.CHAT_WEBHOOK_URL: must not carry a user name or password`),
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toMatch(/visible|c2hvcnQ|two words|nonsense/);
  },
);

it('what is wrong with the variables is told at their keys also where a module registers the handlers', async () => {
  const setup = writeReceiverConfig();
  const module = join(setup.directory, 'handlers.ts');
  const shipped = join(import.meta.dirname, '../../../functions/handlers/register.ts');
  writeFileSync(module, `export { registerHandlers } from '${shipped}';`);
  writeFileSync(
    setup.file,
    `handlers: { module: ${module} }\nsigningSecretEnv: SIGNING_SECRET\nvars: { CHAT_WEBHOOK_URL: x, CHAT_FORMAT: y }\n`,
  );
  const { code, stderr } = await runOffhook(['receive', '--check', '--config', setup.file], setup);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringContaining(':3:27 vars.CHAT_WEBHOOK_URL: must be a URL'),
    expect.stringContaining(':3:43 vars.CHAT_FORMAT: must be slack or discord'),
  ]);
  expect(code).toBe(2);
});
