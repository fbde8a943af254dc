import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { runHere } from '../support/run-here.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const env = { SIGNING_SECRET: SECRET };

function written(name: string, yaml: string): string {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, yaml);
  return file;
}

const OLD_WATCHER = `subscriptions:
  - { name: a, url: "https://a.example", secretEnv: SIGNING_SECRET, timeoutSeconds: 5 }
  - { name: b, url: "https://b.example", secretEnv: SIGNING_SECRET }
journal: { directory: old, retention: 1d }
server: { port: 0 }
`;

const OLD_RECEIVER = `signingSecretEnv: SIGNING_SECRET
audit: { retentionDays: 30, checkpoints: { directory: c, signingSecretEnv: SIGNING_SECRET } }
`;

describe('an old name', () => {
  it('in offhook.yaml works, and is told once with its place and the new one', async () => {
    const file = written('offhook.yaml', OLD_WATCHER);
    const { code, stderr } = await runHere(['watch', '--check', '--config', file], { env });
    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n')).toEqual([
      `offhook watch: ${file}:4:12 journal.directory -> dataDir: the old name still works`,
      `offhook watch: ${file}:5:1 server -> listen: the old name still works`,
      `offhook watch: ${file}:2:42 subscriptions[].secretEnv -> subscriptions[].signingSecretEnv: the old name still works`,
      `offhook watch: ${file}:2:69 subscriptions[].timeoutSeconds -> subscriptions[].timeout: the old name still works`,
    ]);
  });

  it('in offhook-receiver.yaml works, too', async () => {
    const file = written('offhook-receiver.yaml', OLD_RECEIVER);
    const { code, stderr } = await runHere(['receive', '--check', '--config', file], { env });
    expect(stderr).toContain(`${file}:2:10 audit.retentionDays -> audit.retention: the old name still works`);
    expect(stderr).toContain('audit.checkpoints.directory -> audit.checkpoints.dir');
    expect(code).toBe(0);
  });

  it.each([
    [OLD_WATCHER.replace('server: { port: 0 }', 'server: { prot: 0 }'), /:5:11 server\.prot: unknown key/],
    [OLD_WATCHER.replace('Seconds: 5', 'Seconds: 31'), /:2:\d+ subscriptions\[0\]\.timeoutSeconds: expected/],
    [`${OLD_WATCHER}listen: { port: 1 }\n`, /:5:1 server: is called listen now, which is given too/],
    [`dataDir: new\n${OLD_WATCHER}`, /:5:12 journal\.directory: is called dataDir now, which is given too/],
  ])('has its faults told under the name that is written', async (yaml, message) => {
    const { code, stderr } = await runHere(['watch', '--check', '--config', written('offhook.yaml', yaml)], {
      env,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('of a variable works, and is a fault beside the new one', async () => {
    const file = written('offhook.yaml', OLD_WATCHER.replace('directory: old, ', ''));
    const old = { ...env, OFFHOOK_JOURNAL_DIR: '/data' };
    const { code, stderr } = await runHere(['watch', '--check', '--config', file], { env: old });
    expect(stderr).toContain('OFFHOOK_JOURNAL_DIR -> OFFHOOK_DATA_DIR: the old name still works');
    expect(code).toBe(0);
    const both = { ...old, OFFHOOK_DATA_DIR: '/other' };
    const refused = await runHere(['watch', '--check', '--config', file], { env: both });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      'environment OFFHOOK_JOURNAL_DIR: is called OFFHOOK_DATA_DIR now, which is set too',
    );
  });

  it('of an option works, is told, and stays out of the help', async () => {
    const { code, stderr } = await runHere(['journal', 'list', '--journal', '/nowhere', '--cursor', '5']);
    expect(stderr).toContain('offhook: --journal -> --data-dir: the old name still works\n');
    expect(stderr).toContain('offhook: --cursor -> --after: the old name still works\n');
    expect(stderr).toContain('/nowhere');
    expect(code).toBe(1);
    expect((await runHere(['journal', 'list', '--help'])).stdout).not.toMatch(/--journal|--cursor/);
  });
});
