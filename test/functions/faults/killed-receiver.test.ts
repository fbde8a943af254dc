import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { DATABASE_FILE } from '../../../functions/platforms/node/sqlite/open-database.ts';
import { THOROUGH } from '../../support/thorough.ts';
import { until } from '../../support/until.ts';
import { eventually } from '../support/eventually.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver } from '../support/signed-post.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';

const PROCESS = fileURLToPath(new URL('../support/killed-receiver-process.ts', import.meta.url));
const KILLS = THOROUGH ? 50 : 15;
const SENDERS = 8;
/** Of a receiver before it is killed. */
const MOST_RUNS = 250;
/** Longer than the lease of a run: 1 s and a margin of 15 s. */
const LEASE_OVER_MS = 20_000;

/** A receiver with its output, and senders that deliver to it until it is gone. */
async function startReceiver(dataDir: string, aheadMs: number) {
  const child = spawn(process.execPath, [PROCESS, dataDir, String(aheadMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await until('the URL of the receiver', () => /^http.*$/m.test(output), 30_000);
  const url = /^http.*$/m.exec(output)?.[0] ?? '';
  const kill = async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  };
  return { url, kill, output: () => output };
}

/** Delivers one event after the other until the receiver is gone; gives the ids of those it has taken. */
async function send(url: string, name: string, aheadMs: number): Promise<string[]> {
  const taken: string[] = [];
  for (let count = 0; ; count += 1) {
    const event = postStart({ key: `${name}/${count}` });
    try {
      const { status } = await deliver(url, event, Date.now() + aheadMs);
      if (status === 202) taken.push(event.id);
    } catch {
      return taken;
    }
  }
}

/** What the log of a receiver says has ended: `event/handler/attempt outcome`. */
function endedRuns(output: string): string[] {
  const whole = output.slice(0, output.lastIndexOf('\n'));
  const lines = whole.split('\n').filter((line) => /"msg":"(handled|handler failed)"/.test(line));
  return lines.map((line) => {
    const { eventId, handler, attempt, outcome } = JSON.parse(line);
    return `${eventId}/${handler}/${attempt} ${outcome}`;
  });
}

function readDatabase(dataDir: string) {
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE), { readOnly: true });
  try {
    const contents = database.prepare('SELECT content FROM audit_records ORDER BY position').all();
    const records = contents.map(({ content }) => JSON.parse(String(content)));
    const claims = database.prepare('SELECT event_id, handler, attempt, state FROM claims').all();
    const waiting = Number(database.prepare('SELECT count(*) AS count FROM queue').get()?.count);
    return {
      waiting,
      events: new Set(records.flatMap(({ kind, eventId }) => (kind === 'event' ? [eventId] : []))),
      runs: new Set(
        records.flatMap(({ kind, eventId, handler, attempt, outcome }) =>
          kind === 'run' ? [`${eventId}/${handler}/${attempt} ${outcome}`] : [],
        ),
      ),
      claims: claims.map(({ event_id, handler, attempt, state }) => ({
        run: `${event_id}/${handler}/${attempt} ${state}`,
        settled: state === 'completed' || state === 'givenUp',
      })),
    };
  } finally {
    database.close();
  }
}

it('loses no record in many SIGKILLs under load', { timeout: 600_000 }, async () => {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  const taken: string[] = [];
  const ended: string[] = [];
  let aheadMs = 0;
  for (let round = 0; round < KILLS; round += 1, aheadMs += LEASE_OVER_MS) {
    const receiver = await startReceiver(directory.path, aheadMs);
    const senders = Array.from({ length: SENDERS }, (_, sender) =>
      send(receiver.url, `${round}/${sender}`, aheadMs),
    );
    // By what it has done rather than by time, which on a busy machine is too short for anything: a handler whose runs
    // are all cut off gives up, as it should.
    const most = Math.random() * MOST_RUNS;
    await until('some runs', () => endedRuns(receiver.output()).length >= most, 30_000);
    await sleep(Math.random() * 30);
    await receiver.kill();
    taken.push(...(await Promise.all(senders)).flat());
    ended.push(...endedRuns(receiver.output()));
  }

  const last = await startReceiver(directory.path, aheadMs);
  await eventually(
    async () => readDatabase(directory.path).waiting,
    (waiting) => waiting === 0,
    240_000,
  );
  ended.push(...endedRuns(last.output()));
  await last.kill();

  const { events, runs, claims } = readDatabase(directory.path);
  const lost = (all: readonly string[], found: ReadonlySet<string>) => all.filter((one) => !found.has(one));
  console.log(
    `${KILLS} kills: ${taken.length} events taken, ${ended.length} runs ended, ${runs.size} recorded`,
  );
  expect(taken.length).toBeGreaterThan(KILLS);
  expect(lost(taken, events)).toEqual([]);
  expect(lost(ended, runs)).toEqual([]);
  const settled = claims.filter((claim) => claim.settled).map(({ run }) => run);
  expect(settled).toHaveLength(claims.length);
  expect(lost(settled, runs)).toEqual([]);
  // Each event has its four handlers.
  expect(claims.length).toBe(4 * events.size);
});
