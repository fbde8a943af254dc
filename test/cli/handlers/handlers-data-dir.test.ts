import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createJsonLog } from '../../../functions/ambient/log.ts';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { openAuditFile } from '../../functions/support/audit-chain.ts';
import { eventually } from '../../functions/support/eventually.ts';
import { startProbe } from '../../functions/support/probe.ts';
import { postStart } from '../../functions/support/sample-events.ts';
import { deliver, SECRET } from '../../functions/support/signed-post.ts';
import { registerTestHandlers } from '../../functions/support/test-handlers.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runHere } from '../../support/run-here.ts';

/** A receiver one of whose handlers has used up its three attempts, and a way to start it again. */
async function startWithFailure() {
  const dataDir = temporaryDirectory();
  const probe = await startProbe({ '/shaky': [503, 503, 503, 200] });
  const lines: string[] = [];
  const start = async () => {
    const receiver = await startNodeReceiver({
      port: 0,
      dataDir,
      secrets: [SECRET],
      vars: { PROBE_URL: probe.url },
      registerHandlers: registerTestHandlers,
      log: createJsonLog((_, line) => void lines.push(line)),
    });
    onTestFinished(receiver.close);
    return receiver;
  };
  const receiver = await start();
  const event = postStart({ key: 'shaken', pod: 'web-1' });
  await deliver(receiver.url, event);
  await eventually(
    async () => receiver.deadLetters(),
    (dead) => dead.length === 1,
  );
  const handlers = (...args: readonly string[]) => runHere(['handlers', ...args, '--data-dir', dataDir]);
  const runs = () => probe.attempts('/shaky');
  return { dataDir, receiver, start, handlers, runs, lines, event };
}

describe('offhook handlers with a data directory', () => {
  it('lists what a running receiver’s handlers gave up on, and has it run them again', async () => {
    const { handlers, runs, event, dataDir } = await startWithFailure();
    const listed = await handlers('list', '--open');
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    expect(listed.stdout).toMatch(/^GAVE UP +HANDLER +SINCE THEN +HOOK +SUBJECT +EVENT +ERROR\n/);
    expect(listed.stdout).toMatch(
      new RegExp(`shaky +nothing +postStart +shop/web-1/app +${event.id} +attempt 3: .*answered 503\n$`),
    );
    expect(await handlers('rerun', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Completed 1, gave up again 0, not ended yet 0.'),
    });
    expect(runs()).toEqual([1, 2, 3, 4]);
    expect((await handlers('list')).stdout).toContain('succeeded');
    expect(await handlers('list', '--open')).toMatchObject({
      stdout: '',
      stderr: 'No handler has given up that has not succeeded since.\n',
    });
    expect(await handlers('rerun', '--yes')).toMatchObject({ code: 0, stdout: 'Nothing to run again.\n' });
    const trail = await runHere(['audit', 'list', '--data-dir', dataDir, '--event', event.id]);
    expect(trail.stdout).toMatch(
      /rerun +handler shaky +asked to run again after attempt 3 by dataDir, says .+@/,
    );
    expect(await runHere(['audit', 'verify', '--data-dir', dataDir])).toMatchObject({ code: 0 });
  });

  it('leaves them for a receiver that does not run, which takes them up when it starts', async () => {
    const { receiver, start, handlers, runs } = await startWithFailure();
    await receiver.close();
    const left = await handlers('rerun', '--yes');
    expect(left).toMatchObject({ code: 0, stdout: expect.stringContaining('1 left for the receiver') });
    // Asked for twice, it is one wish.
    await handlers('rerun', '--yes');
    expect(runs()).toEqual([1, 2, 3]);
    await start();
    await eventually(
      async () => runs(),
      (attempts) => attempts.length === 4,
    );
  });

  it('says what it would run, and asks; without a terminal to ask on it does nothing', async () => {
    const { handlers, runs } = await startWithFailure();
    const asked = await handlers('rerun');
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('there is no terminal to ask on; --yes runs them again without asking');
    expect(await handlers('rerun', '--dry-run', '--json')).toMatchObject({
      code: 0,
      stdout: '{"dryRun":true,"found":1,"leftOut":{}}\n',
    });
    expect(runs()).toEqual([1, 2, 3]);
  });

  it('leaves out what somebody has asked for already, unless it is told to ask again', async () => {
    const { receiver, handlers, dataDir, event } = await startWithFailure();
    await receiver.close();
    const { trail, close } = openAuditFile(dataDir);
    const asker = { how: 'token', by: null, claimedBy: 'bert@desk' } as const;
    const named = { stream: event.source, eventId: event.id, handler: 'shaky', afterAttempt: 3 };
    await trail.recordReruns([{ ...named, ...asker, recordedAtMs: Date.now() }]);
    close();
    expect((await handlers('list')).stdout).toContain('asked for by bert@desk');
    expect(await handlers('rerun', '--yes')).toMatchObject({
      code: 0,
      stdout: 'Nothing to run again.\n',
      stderr: 'Left out 1: asked for already, and not ended: --again takes it along.\n',
    });
    expect((await handlers('rerun', '--dry-run', '--again')).stdout).toContain('Would run 1 again.');
  });

  it('runs nothing for a record that somebody has changed', async () => {
    const { handlers, runs, dataDir } = await startWithFailure();
    const database = new DatabaseSync(join(dataDir, 'receiver.db'));
    database.exec(`DROP TRIGGER audit_never_changed;
      UPDATE audit_records SET content = replace(content, 'answered 503', 'answered 200')`);
    database.close();
    expect((await handlers('list')).stdout).toContain('CHANGED (hash), run "offhook audit verify"');
    expect(await handlers('rerun', '--yes')).toMatchObject({
      code: 0,
      stdout: 'Nothing to run again.\n',
      stderr: 'Left out 1: changed since it was recorded: run "offhook audit verify".\n',
    });
    expect(runs()).toEqual([1, 2, 3]);
  });

  it('says so where there is no receiver’s database', async () => {
    const empty = temporaryDirectory();
    for (const command of ['list', 'rerun']) {
      const { code, stderr } = await runHere(['handlers', command, '--data-dir', empty]);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/^offhook handlers: there is no receiver\.db in /),
      ]);
    }
  });

  it.each([
    [['list'], /expected one of --data-dir DIR and --url URL/],
    [['list', '--data-dir', 'a', '--url', 'http://a'], /expected one of --data-dir DIR and --url URL/],
    [['list', '--data-dir', 'a', '--limit', '0'], /--limit must be/],
    [['rerun', '--data-dir', 'a', '--rate', '6'], /--rate must be a whole number from 1 to 5/],
    [['rerun', '--data-dir', 'a', '--yes', '--dry-run'], /a dry run asks nothing/],
    [['rerun', '--data-dir', 'a', '--event', 'x'], /--event must be an id evt_…/],
    [['rerun', '--data-dir', 'a', '--since', 'x'], /--since must be a time/],
  ])('%j is a usage mistake, exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await runHere(['handlers', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
