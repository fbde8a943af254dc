import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSigner } from '../../protocol/signature/sign.ts';
import { createVerifier } from '../../protocol/signature/verify.ts';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { runOffhook } from '../support/offhook-process.ts';
import { runHere } from '../support/run-here.ts';
import { expectedHooks, traceLines, tracePath } from '../support/traces.ts';

describe('offhook', () => {
  it('without a command lists the commands; every command explains itself', async () => {
    const overview = await runOffhook([]);
    expect(overview.code).toBe(0);
    for (const name of ['dev', 'watch', 'explain', 'keygen', 'journal', 'audit']) {
      expect(overview.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
      const help = await runOffhook([name, '--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^Usage: offhook ${name}`));
    }
  });

  it.each([
    [['frob'], /unknown command "frob"; the commands are dev, watch, doctor, receive, /],
    [['wach'], /unknown command "wach"; did you mean "watch"\? The commands are dev, /],
    [['--frob'], /expected a COMMAND, not "--frob"/],
    [['--verison'], /expected a COMMAND, not "--verison"; did you mean --version\?/],
    [['journal', '--config', 'a'], /expected a COMMAND, not "--config"/],
    [['explain'], /expected a FILE/],
    [['explain', 'a', 'b'], /unexpected argument "b"/],
    [['explain', '--jason', 'a'], /unknown option '--jason'; did you mean --json\?/],
    [['keygen', '--type', 'v9'], /--type must be v1 or v1a, not "v9"; did you mean v1\?/],
    [['journal', 'list', '--hook', 'poststop'], /not "poststop"; did you mean postStop\?/],
    [['cluster', '--scenario', 'oomkill'], /not "oomkill"; did you mean oom-kill\?/],
    [['completion', 'bsh'], /SHELL must be one of bash, zsh, fish; not "bsh"; did you mean bash\?/],
    [['dev', '--port', 'http'], /--port must be a whole number/],
    [
      ['dev', '--once', '--context', 'prod'],
      /--once does not go with --context: it tells the story of the embedded cluster/,
    ],
  ])('%j is a usage mistake, exit code 2, with a hint at --help', async (args, message) => {
    const { code, stdout, stderr } = await runOffhook(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/Try "offhook( \w+)* --help"/);
  });

  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    for (const way of ['--version', '-v', '-V', 'version'])
      expect((await runHere([way])).stdout).toBe(`offhook ${version}\n`);
    const { stdout } = await runHere(['version', '--json']);
    expect(JSON.parse(stdout)).toEqual({ offhook: version, node: process.versions.node });
  });
});

describe('offhook keygen', () => {
  it('prints a secret that signs what its public key verifies', async () => {
    const { stdout } = await runOffhook(['keygen', '--type', 'v1a', '--json']);
    const { secret, publicKey } = JSON.parse(stdout);
    const message = { id: 'evt_1', timestampSeconds: 1_000, body: new TextEncoder().encode('{}') };
    const signature = await (await createSigner([secret])).sign(message);
    const headers = new Headers({
      'webhook-id': 'evt_1',
      'webhook-timestamp': '1000',
      'webhook-signature': signature,
    });
    const verifier = await createVerifier({ keys: [publicKey] });
    expect(await verifier.verify(headers, message.body, 1_000_000)).toMatchObject({
      kind: 'verified',
      version: 'v1a',
    });
  });

  it('writes both keys of v1a into new files, the secret for its owner only, and shows neither', async () => {
    const directory = temporaryDirectory();
    const [secret, publicKey] = [join(directory, 'a.secret'), join(directory, 'a.public')];
    const argv = ['keygen', '--type', 'v1a', '--out', secret, '--public-out', publicKey];
    const { code, stdout, stderr } = await runHere(argv);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).not.toMatch(/whsk_|whpk_/);
    expect(readFileSync(secret, 'utf8')).toMatch(/^whsk_\S+\n$/);
    expect(readFileSync(publicKey, 'utf8')).toMatch(/^whpk_\S+\n$/);
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    expect((await runHere(argv)).stderr).toMatch(/a\.public: exists already and was not changed/);
  });

  it('leaves no half of a pair behind', async () => {
    const directory = temporaryDirectory();
    const [secret, publicKey] = [join(directory, 'a.secret'), join(directory, 'a.public')];
    writeFileSync(secret, 'kept');
    const { code } = await runHere(['keygen', '--type', 'v1a', '--out', secret, '--public-out', publicKey]);
    expect(code).toBe(1);
    expect(readFileSync(secret, 'utf8')).toBe('kept');
    expect(existsSync(publicKey)).toBe(false);
    const none = await runHere(['keygen', '--type', 'v1', '--public-out', publicKey]);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/v1 has no public key/) });
  });

  it('prints the v1 secret alone, so that it can go into a file', async () => {
    const { stdout, stderr } = await runOffhook(['keygen']);
    expect(stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
    expect(stderr).toBe('');
  });
});

describe('offhook explain', () => {
  const plain = expectedHooks('plain').map(({ hook, containerID = '', exitCode = null }) => ({
    hook,
    containerID,
    exitCode,
  }));
  const brief = (stdout: string) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ hook, containerID, exitCode }) => ({ hook, containerID, exitCode }));
  const events = traceLines('plain').map(({ event }) => event);

  it('reads a recorded file and prints one JSON object a line', async () => {
    const { code, stdout, stderr } = await runOffhook(['explain', '--json', tracePath('plain')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(brief(stdout)).toEqual(plain);
  });

  it('says which hook failed', async () => {
    const { stdout } = await runOffhook(['explain', '--json', tracePath('failing-prestop')]);
    const failed = stdout.split('\n').find((line) => line.includes('"hookFailed"')) ?? '';
    expect(JSON.parse(failed)).toMatchObject({ hook: 'hookFailed', failed: 'preStop', observation: 'event' });
  });

  it.each([
    ['bare {type, object} lines', events.map((event) => JSON.stringify(event)).join('\n')],
    [
      'concatenated, indented JSON as kubectl prints it',
      events.map((event) => JSON.stringify(event, null, 4)).join('\n'),
    ],
    [
      'the same with Windows line ends',
      events
        .map((event) => JSON.stringify(event, null, 2))
        .join('\n')
        .replaceAll('\n', '\r\n'),
    ],
  ])('reads %s from standard input', async (_format, stdin) => {
    const { code, stdout, stderr } = await runOffhook(['explain', '--json', '-'], { stdin });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(brief(stdout)).toEqual(plain);
  });

  it('prints a line for people by default', async () => {
    const { stdout } = await runOffhook(['explain', tracePath('plain')]);
    expect(stdout.split('\n')[3]).toMatch(
      /^2026-11-22T14:24:20Z {2}postStop +default\/plain\/app +12627ee4078c {2}exit 137 Error, status$/,
    );
  });

  it('names what it cannot read, explains the rest, and ends with 1', async () => {
    const lines = events.map((event) => JSON.stringify(event));
    const stdin = [
      ...lines.slice(0, 3),
      lines[3]?.slice(0, 500),
      ...lines.slice(4, 6),
      'nonsense',
      '{"kind":"Cat"}',
      ...lines.slice(6),
    ].join('\n');
    const { code, stdout, stderr } = await runOffhook(['explain', '--json', '-'], { stdin });
    expect(code).toBe(1);
    expect(brief(stdout)).toEqual(plain);
    expect(stderr).toMatch(/stdin: line 4: not valid JSON/);
    expect(stderr).toMatch(/stdin: line 7: not valid JSON/);
    expect(stderr).toMatch(/stdin: line 8: expected a watch event/);
  });

  it.each([
    ['a file that is not there', 'missing.ndjson', /missing\.ndjson: no such file/],
    ['a directory', '.', /is a directory/],
  ])('says so about %s', async (_what, file, message) => {
    const { code, stderr } = await runOffhook(['explain', file], { cwd: temporaryDirectory() });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('says that an empty input holds no watch events', async () => {
    expect(await runOffhook(['explain', '-'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no watch events/),
    });
  });

  it('never prints what the projection drops', async () => {
    const canary = 'canary-7f3a';
    const stdin = JSON.stringify({
      type: 'ADDED',
      object: {
        kind: 'Pod',
        metadata: { uid: 'u', name: 'n', namespace: 'ns', annotations: { note: canary } },
        spec: {
          nodeName: 'node1',
          containers: [{ name: 'app', env: [{ name: 'A', value: canary }], args: [canary] }],
        },
        status: {
          containerStatuses: [
            {
              name: 'app',
              restartCount: 0,
              containerID: 'c://1',
              lastState: {},
              state: {
                terminated: {
                  exitCode: 1,
                  containerID: 'c://1',
                  startedAt: '2026-01-01T00:00:00Z',
                  message: canary,
                },
              },
            },
          ],
        },
      },
    });
    const { code, stdout } = await runOffhook(['explain', '--json', '-'], { stdin });
    expect(code).toBe(0);
    expect(stdout).toMatch(/postStop/);
    expect(stdout).not.toContain(canary);
  });
});
