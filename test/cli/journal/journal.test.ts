import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLocalCluster } from '../../../infra/local/cluster.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startOffhook } from '../../support/offhook-process.ts';
import { respond, startReceiver } from '../../support/receiver.ts';
import { runHere } from '../../support/run-here.ts';
import { until } from '../../support/until.ts';
import { untilReady, writeWatchConfig } from '../../support/watch-config.ts';
import { batchOf, newEvent, openTestJournal } from '../../watcher/journal/journal-events.ts';

const POD = {
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'app', image: 'web:1' }] },
};

/** A journal that no watcher holds: three events for two subscriptions, with one dead letter and one pending. */
function writeJournal(): { readonly directory: string; readonly config: readonly string[] } {
  const directory = temporaryDirectory();
  const journal = openTestJournal({ directory: join(directory, 'journal') });
  const both = { subscriptions: ['tap', 'audit'] };
  journal.commit(batchOf(...['evt_a', 'evt_b', 'evt_c'].map((id) => newEvent(realId(id), both))));
  const told = { subscription: 'tap', attempt: 1, atMs: 0, durationMs: 7 };
  journal.recordOutcomes([
    { ...told, sequence: 1, status: 202, outcome: 'delivered', next: { kind: 'delivered' } },
    { ...told, sequence: 2, status: 500, outcome: 'http 500', next: { kind: 'dead' } },
  ]);
  journal.disable('audit', 'http 410');
  journal.close();
  const receivers = { tap: 'http://127.0.0.1:9/', audit: 'http://127.0.0.1:9/' };
  const { file } = writeWatchConfig(directory, { receivers });
  return { directory: join(directory, 'journal'), config: ['--config', file] };
}

/** Ids have a fixed form. */
function realId(id: string): string {
  return `evt_${id.slice(4).repeat(36)}`;
}

const offhook = (...args: readonly string[]) => runHere(args);
const journal = (...args: readonly string[]) => offhook('journal', ...args);

async function ofJson(...args: readonly string[]) {
  const { code, stdout, stderr } = await journal(...args, '--json');
  return { code, stderr, value: stdout === '' ? null : JSON.parse(stdout) };
}

describe('offhook journal', () => {
  it('lists its commands; every one explains itself', async () => {
    const overview = await journal();
    expect(overview.code).toBe(0);
    for (const name of ['status', 'list', 'show', 'replay', 'retry', 'purge', 'enable']) {
      expect(overview.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
      const help = await journal(name, '--help');
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^Usage: offhook journal ${name}`));
    }
    expect((await offhook('help', 'journal', 'list')).stdout).toMatch(/^Usage: offhook journal list/);
  });

  it.each([
    [['frob'], /unknown command "frob"; the commands are status, list, show, replay, retry, purge, enable/],
    [['list', '--since', 'yesterday'], /--since must be a time such as .*not "yesterday"/],
    [['list', '--hook', 'stop'], /--hook must be one of preStart, .*not "stop"/],
    [['list', '--state', 'lost'], /--state must be one of pending, delivered, dead/],
    [['list', '--limit', '0'], /--limit must be a whole number from 1 to 1000/],
    [['show'], /expected the SEQUENCE or the ID/],
    [['show', 'web'], /SEQUENCE\|ID must be a sequence number such as 1204, or an id evt_…; not "web"/],
    [['replay'], /expected the SEQUENCE or the ID of an event, or --subscription/],
    [['replay', '1', '--timeout', '5'], /--timeout must be a duration/],
    [['purge'], /expected --before TIME, or --dead-letters/],
    [['purge', '--dead-letters'], /--dead-letters goes with --subscription/],
    [['purge', '--subscription', 'a'], /--subscription goes with --dead-letters/],
    [['enable'], /expected the name of a SUBSCRIPTION/],
    [['status', '--data-dir', 'a', '--config', 'b'], /give one of them/],
  ])('%j is a usage mistake, exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await journal(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/Try "offhook journal( \w+)? --help"/);
  });

  it('says what to do where there is no journal or no configuration', async () => {
    const directory = temporaryDirectory();
    const none = await journal('status', '--data-dir', directory);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toMatch(/there is no journal in .*--journal/);
    const config = await journal('status', '--config', join(directory, 'nowhere.yaml'));
    expect(config).toMatchObject({ code: 2, stdout: '' });
    expect(config.stderr).toMatch(/nowhere\.yaml: no such file/);
    writeFileSync(join(directory, 'offhook.yaml'), 'subscriptions: []\njournal: { dir: x }\n');
    const wrong = await journal('status', '--config', join(directory, 'offhook.yaml'));
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toMatch(/offhook\.yaml:2:\d+ journal\.dir: unknown key/);
  });

  it('shows the journal of a configuration whose secrets are not at hand', async () => {
    const { config, directory } = writeJournal();
    const { code, value } = await ofJson('status', ...config);
    expect(code).toBe(0);
    expect(value).toMatchObject({
      directory,
      owner: null,
      maxBytes: 1024 ** 3,
      events: { stored: 3, lastSequence: 3 },
      deliveries: { pending: 1, delivered: 1, dead: 4 },
      subscriptions: [
        { subscription: 'audit', destination: '127.0.0.1:9', pending: 0, dead: 3, disabled: 'http 410' },
        { subscription: 'tap', pending: 1, dead: 1, disabled: null, lastError: { reason: 'http 500' } },
      ],
    });
    const { stdout } = await journal('status', '--data-dir', directory);
    expect(stdout).toMatch(/^watcher +none runs on it$/m);
    expect(stdout).toMatch(/^audit +- +0 +- +- +3 +disabled: http 410 +subscription disabled: http 410 \(/m);
    expect(stdout).toMatch(/^tap +- +1 +\d.* now +1 +enabled +http 500 \(/m);
    expect((await journal('status', ...config)).stdout).toMatch(/^tap +127\.0\.0\.1:9 +1 /m);
  });

  it('lists page by page, for people and for programs', async () => {
    const { config } = writeJournal();
    const table = await journal('list', ...config, '--subscription', 'tap', '--state', 'dead');
    expect(table.stdout).toMatch(
      /^SEQUENCE +TIME +HOOK +SUBJECT +DELIVERIES\n2 +\S+Z +postStart .*2 dead\n$/,
    );
    const page = await journal('list', ...config, '--limit', '2', '--json');
    expect(
      page.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).sequence),
    ).toEqual([3, 2]);
    expect(page.stderr).toBe('More: --after 2\n');
    const rest = await journal('list', ...config, '--after', '2', '--json');
    expect(JSON.parse(rest.stdout)).toMatchObject({
      sequence: 1,
      deliveries: { delivered: 1, dead: 1, pending: 0 },
    });
    expect(await journal('list', ...config, '--since', '1m')).toMatchObject({
      ...{ code: 0, stdout: '', stderr: 'No event matches.\n' },
    });
  });

  it('shows an event by sequence or id with its deliveries and attempts', async () => {
    const { config } = writeJournal();
    const { value } = await ofJson('show', realId('evt_b'), ...config);
    expect(value).toMatchObject({
      sequence: 2,
      event: { id: realId('evt_b'), text: 'é' },
      deliveries: [
        { subscription: 'audit', state: 'dead', lastOutcome: 'subscription disabled: http 410' },
        { subscription: 'tap', state: 'dead', history: [{ attempt: 1, outcome: 'http 500', status: 500 }] },
      ],
    });
    const { stdout } = await journal('show', '2', ...config);
    expect(stdout).toMatch(/^tap: dead: http 500; 1 attempt, changed/m);
    expect(stdout).toMatch(/^ {2}"text": "é"$/m);
    expect(await journal('show', '99', ...config)).toMatchObject({
      ...{ code: 1, stdout: '', stderr: 'offhook journal: event 99 is not stored\n' },
    });
  });

  it('queues a replay for the next start where no watcher runs; a dry run changes nothing', async () => {
    const { config } = writeJournal();
    const dry = await ofJson('replay', '--subscription', 'tap', '--dry-run', ...config);
    expect(dry).toMatchObject({ code: 0, value: { dryRun: true, found: 1 } });
    const done = await journal('replay', '--subscription', 'tap', ...config);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Queued 1: no watcher runs/) });
    expect(done.stderr).toBe('queued 1 of 1\n');
    expect((await ofJson('status', ...config)).value.subscriptions[1]).toMatchObject({ pending: 2, dead: 0 });
    expect(await journal('replay', '--subscription', 'tap', ...config)).toMatchObject({
      ...{ code: 0, stdout: 'Nothing to replay.\n' },
    });
  });

  it('replays under the name "resend", too', async () => {
    const { config } = writeJournal();
    const one = ['resend', realId('evt_b'), '--subscription', 'tap'];
    expect((await offhook(...one, '--dry-run', ...config)).stdout).toBe('Would replay 1.\n');
    expect((await offhook(...one, ...config)).stdout).toMatch(/^Queued 1: no watcher runs/);
    expect((await offhook('resend', ...config)).stderr).toMatch(
      /^offhook resend: expected the SEQUENCE or the ID of an event, or --subscription/,
    );
  });

  it('refuses to replay what nobody would send, and leaves that out where it is one of several', async () => {
    const { config } = writeJournal();
    const disabled = await journal('replay', '--subscription', 'audit', ...config);
    expect(disabled.code).toBe(1);
    expect(disabled.stderr).toMatch(/audit is disabled \(http 410\); first: offhook journal enable audit/);
    const unknown = await journal('replay', '--subscription', 'gone', ...config);
    expect(unknown.stderr).toMatch(/gone is not in the configuration/);
    const never = await journal('replay', '1', '--subscription', 'gone', ...config);
    expect(never.stderr).toMatch(/event 1 was never meant for gone; it was for: audit, tap/);
    const both = await journal('replay', '1', ...config);
    expect(both).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Queued 1:/) });
    expect(both.stderr).toMatch(/^left out: subscription audit is disabled/);
  });

  it('removes dead letters and old events, never what is pending, and not without being told', async () => {
    const { config } = writeJournal();
    const dead = ['purge', '--dead-letters', '--subscription', 'audit', ...config];
    expect(await journal(...dead)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect((await ofJson(...dead, '--dry-run')).value).toEqual({ dryRun: true, events: 0, deadLetters: 3 });
    expect((await journal(...dead, '--yes')).stdout).toBe('Removed 3 dead letters.\n');
    const old = await journal('purge', '--before', '0s', '--yes', ...config);
    expect(old).toMatchObject({
      ...{ code: 0, stdout: 'Removed 2 events, with 1 dead letter that was never delivered.\n' },
    });
    expect((await ofJson('status', ...config)).value).toMatchObject({
      ...{ events: { stored: 1 }, deliveries: { pending: 1, delivered: 0, dead: 0 } },
    });
  });

  it('enables a subscription that its receiver ended', async () => {
    const { config } = writeJournal();
    const { stdout } = await journal('enable', 'audit', ...config);
    expect(stdout).toMatch(
      /^audit is enabled; it was disabled by: http 410\.\nIt has 3 dead letters: offhook/,
    );
    expect((await ofJson('enable', 'audit', ...config)).value).toEqual({
      ...{ subscription: 'audit', wasDisabled: null, deadLetters: 3 },
    });
    expect(await journal('enable', 'nobody', ...config)).toMatchObject({ code: 1 });
  });
});

describe('offhook journal retry', () => {
  it('makes what waits due where no watcher runs, and says what does not wait', async () => {
    const { config, directory } = writeJournal();
    const held = openTestJournal({ directory, clock: systemClock });
    const told = {
      subscription: 'tap',
      attempt: 1,
      atMs: 0,
      durationMs: 7,
      status: 422,
      outcome: 'http 422',
    };
    held.recordOutcomes([
      { ...told, sequence: 3, next: { kind: 'retry', delayMs: 3_600_000 }, pauseMs: 3_600_000 },
    ]);
    held.close();
    const nextAttempt = async () =>
      (await ofJson('show', '3', ...config)).value.deliveries.find(
        (each: { subscription: string }) => each.subscription === 'tap',
      ).nextAttempt;
    expect(Date.parse(await nextAttempt())).toBeGreaterThan(0);

    const dead = await journal('retry', '2', '--subscription', 'tap', ...config);
    expect(dead).toMatchObject({ code: 1, stdout: '' });
    expect(dead.stderr).toMatch(/event 2 does not wait \(tap: a dead letter\).*offhook journal replay 2/);
    const disabled = await journal('retry', '--subscription', 'audit', ...config);
    expect(disabled).toMatchObject({ code: 1, stderr: expect.stringContaining('audit is disabled') });
    expect(await journal('retry', '9', ...config)).toMatchObject({
      ...{ code: 1, stderr: 'offhook journal: event 9 is not stored\n' },
    });

    const done = await journal('retry', '--subscription', 'tap', ...config);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toBe('tap: 1 due now\nNo watcher runs; they go out at its next start.\n');
    expect(Date.parse(await nextAttempt())).toBe(0);
    expect((await ofJson('retry', '3', ...config)).value).toEqual({
      queues: [{ subscription: 'tap', deliveries: 1 }],
      watcher: false,
    });
    const { subscriptions } = (await ofJson('status', ...config)).value;
    expect(subscriptions[1]).toMatchObject({ subscription: 'tap', pausedForMs: 0 });
  });

  it('a running watcher tries at once what waited for hours, and a receiver that is back gets everything', {
    timeout: 60_000,
  }, async () => {
    const cluster = await createLocalCluster();
    onTestFinished(() => cluster.close());
    const tap = await startReceiver();
    tap.answer(respond(503, { 'retry-after': '7200' }));
    const { file, env } = writeWatchConfig(temporaryDirectory(), { receivers: { tap: tap.url } });
    const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
    await untilReady(watcher);
    cluster.applyManifest(POD);
    await watcher.says(/the receiver fails: events wait[^\n]*/);
    const pending = async () => (await ofJson('status', '--config', file)).value.deliveries.pending;
    const deadline = performance.now() + 15_000;
    // The cluster lives in this process: it needs turns.
    while ((await pending()) < 2 && performance.now() < deadline) await sleep(20);
    const before = tap.requests.length;
    tap.answer(202);
    const { value } = await ofJson('retry', '--config', file);
    expect(value).toEqual({ queues: [{ subscription: 'tap', deliveries: 2 }], watcher: true });
    await watcher.says(/the receiver takes events again[^\n]*/);
    await tap.received(before + 2);
    watcher.kill('SIGTERM');
    expect((await watcher.ended()).code).toBe(0);
  });
});

describe('beside a running watcher', () => {
  it('status names it, a replay is followed to its end, and an enabled subscription goes on', {
    timeout: 180_000,
  }, async () => {
    const cluster = await createLocalCluster();
    onTestFinished(() => cluster.close());
    const tap = await startReceiver();
    tap.answer(415);
    const leaving = await startReceiver();
    leaving.answer(410);
    const { file, env } = writeWatchConfig(temporaryDirectory(), {
      receivers: { tap: tap.url, leaving: leaving.url },
    });
    const watcher = startOffhook(['watch', '--config', file, '--server', cluster.url], { env });
    await untilReady(watcher);
    cluster.applyManifest(POD);
    // preStart, postStart, and that the other receiver wants nothing more.
    await tap.received(3);
    const config = ['--config', file];
    const deadOfTap = async () => {
      const { value } = await ofJson('status', ...config);
      return value.subscriptions.find((each: { subscription: string }) => each.subscription === 'tap')?.dead;
    };
    const { value } = await ofJson('status', ...config);
    expect(value.owner).toMatchObject({ pid: watcher.pid });
    const deadline = performance.now() + 5_000;
    while ((await deadOfTap()) !== 3 && performance.now() < deadline);

    const again = await ofJson('replay', '--subscription', 'tap', ...config);
    expect(again).toMatchObject({ code: 1, value: { queued: 3, delivered: 0, dead: 3, pending: 0 } });

    tap.answer(202);
    const good = await journal('replay', '--subscription', 'tap', ...config);
    expect(good).toMatchObject({ code: 0, stdout: 'Delivered 3, given up again 0, still pending 0.\n' });
    expect(good.stderr).toMatch(/^queued 3 of 3\n(sent \d of 3.*\n)*sent 3 of 3\n$/);
    const ids = tap.requests.map(({ headers, body }) => `${headers['webhook-id']} ${body}`);
    expect(ids).toHaveLength(9);
    expect(new Set(ids).size).toBe(3);

    leaving.answer(202);
    const before = leaving.requests.length;
    expect((await journal('enable', 'leaving', ...config)).code).toBe(0);
    await watcher.says(/taken up again/);
    cluster.deletePod('default', 'web', { gracePeriodSeconds: 1 });
    await until('events for the enabled subscription', () => leaving.requests.length > before, 15_000);
    watcher.kill('SIGTERM');
    expect((await watcher.ended()).code).toBe(0);
  });
});
