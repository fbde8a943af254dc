import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../functions/support/eventually.ts';
import { type Bridge, PLATFORMS } from '../../functions/support/platforms.ts';
import { startProbe } from '../../functions/support/probe.ts';
import { postStart } from '../../functions/support/sample-events.ts';
import { deliver } from '../../functions/support/signed-post.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runHere } from '../../support/run-here.ts';

const TOKEN = 'a-long-enough-page-token';
const KEYS = ['one', 'two', 'three'];

describe.each(PLATFORMS)('handlers that gave up on $platform', ({ start }) => {
  let bridge: Bridge | undefined;
  afterEach(() => bridge?.close());

  /** Three events whose handler `shaky` has used up its three attempts, and lies among the dead letters for it. */
  async function startWithFailures(answers: readonly number[]) {
    const probe = await startProbe({ '/shaky': [...Array(9).fill(503), ...answers] });
    bridge = await start({ PROBE_URL: probe.url, PAGE_TOKEN: TOKEN });
    const { url, deadLetters } = bridge;
    const events = KEYS.map((key, index) => postStart({ key, pod: `web-${index}` }));
    for (const event of events) await deliver(url, event);
    await eventually(deadLetters, (dead) => dead.length === KEYS.length);
    const tokenFile = join(temporaryDirectory(), 'page.token');
    writeFileSync(tokenFile, `${TOKEN}\n`);
    const which = ['--url', url, '--token-file', tokenFile];
    const list = async (...args: readonly string[]) => {
      const { code, stdout } = await runHere(['handlers', 'list', '--json', ...args, ...which]);
      expect(code).toBe(0);
      return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    };
    // The index of DynamoDB is read a moment later than the table.
    await eventually(
      () => list('--open'),
      (found) => found.length === KEYS.length,
    );
    const rerun = (...args: readonly string[]) => runHere(['handlers', 'rerun', ...args, ...which]);
    return { probe, events, list, rerun, which };
  }

  it('are listed, run again at once, and leave a trail that says who asked and verifies', async () => {
    const { probe, events, list, rerun, which } = await startWithFailures([200]);
    const open = await list('--open');
    expect(open.map(({ handler, standing, attempt }) => [handler, standing, attempt])).toEqual(
      KEYS.map(() => ['shaky', 'gaveUp', 3]),
    );
    expect(await list('--open', '--pod', 'web-1')).toMatchObject([
      {
        eventId: events[1]?.id,
        event: { pod: 'web-1', hook: 'postStart' },
        error: expect.stringContaining('503'),
      },
    ]);

    const dry = await rerun('--handler', 'shaky', '--dry-run');
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringMatching(/shaky +3 .*\nWould run 3 again\.\n/)]);
    expect(probe.attempts('/shaky')).toHaveLength(9);

    const done = await rerun('--handler', 'shaky', '--yes');
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Completed 3, gave up again 0, not ended yet 0/),
    });
    expect(probe.attempts('/shaky')).toHaveLength(12);
    expect(probe.attempts('/steady')).toHaveLength(3);
    expect(await list('--open')).toEqual([]);
    expect((await list()).map(({ standing }) => standing)).toEqual(KEYS.map(() => 'succeeded'));

    const said = await runHere(['audit', 'list', '--json', '--event', events[0]?.id ?? '', ...which]);
    const records = said.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).record);
    expect(records.filter(({ kind }) => kind === 'rerun')).toMatchObject([
      { handler: 'shaky', afterAttempt: 3, how: 'token', by: null, claimedBy: expect.stringContaining('@') },
    ]);
    const verified = await runHere(['audit', 'verify', ...which]);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('3 asked to run again') });
  });

  it('that give up again are told, and stay open', async () => {
    const { list, rerun } = await startWithFailures([200, ...Array(6).fill(500)]);
    const result = await rerun('--yes', '--json');
    expect([result.code, JSON.parse(result.stdout)]).toEqual([
      1,
      { found: 3, leftOut: {}, queued: 3, waiting: 0, refused: {}, completed: 1, gaveUp: 2, pending: 0 },
    ]);
    expect((await list('--open')).map(({ attempt, error }) => [attempt, error.includes('500')])).toEqual([
      [6, true],
      [6, true],
    ]);
  });
});
