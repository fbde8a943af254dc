import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { at, podObject, running, terminated, waiting } from '../support/pod-object.ts';
import { openJournalFile } from './support/journal-file.ts';

/** More rounds than a test run has time for: `KILL_ROUNDS=500 vitest run test/faults/killed-while`. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 40);
const SEED = Number(process.env.KILL_SEED ?? 1);
/** Short lives of Pods: each is created, runs and ends, in four changes that make four events. */
const PODS = 4 * ROUNDS;
const PROGRAM = fileURLToPath(new URL('./support/ingest-stream.ts', import.meta.url));

test('killed at random moments of the commit path, it goes on from its checkpoint and makes the same ids, each once', {
  timeout: 30_000 + ROUNDS * 5_000,
}, async () => {
  const history = lives(PODS);
  const [uncut, directory] = [join(temporaryDirectory(), 'journal'), join(temporaryDirectory(), 'journal')];
  const feed = createFeeder(temporaryDirectory());
  await feed(uncut, history, null);
  const random = createRandom(SEED);
  let acknowledged = 1;
  for (let round = 0; round < ROUNDS; round++) {
    const killing = { afterAcks: Math.floor(random() * 4), delayMs: random() * 6 };
    const { resumedFrom, acks } = await feed(directory, history, killing);
    // What was acknowledged before is never asked for again.
    expect(resumedFrom).toBeGreaterThanOrEqual(acknowledged);
    acknowledged = Math.max(resumedFrom, acks.at(-1) ?? 0);
  }
  await feed(directory, history, null);

  const events = 'SELECT id, sequence, type FROM event ORDER BY sequence';
  const [cut, whole] = [directory, uncut].map((journal) => openJournalFile(journal).rows(events));
  expect(whole).toHaveLength(4 * PODS);
  expect(cut).toEqual(whole);
});

type Line = { readonly resourceVersion: number; readonly text: string };
type Killing = { readonly afterAcks: number; readonly delayMs: number };

/**
 * Plays the API server for one life of the process: everything after its resume point, until it is killed or done.
 *
 * @param compiled where the process keeps its code compiled, so that the many lives begin sooner.
 */
function createFeeder(compiled: string) {
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled };
  return async (directory: string, history: readonly Line[], killing: Killing | null) => {
    const child = spawn(process.execPath, [PROGRAM, directory], { stdio: ['pipe', 'pipe', 'inherit'], env });
    return follow(child, history, killing);
  };
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

async function follow(child: Child, history: readonly Line[], killing: Killing | null) {
  const ended = once(child, 'close');
  const acks: number[] = [];
  let resumedFrom = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    if (resumedFrom === -1) {
      resumedFrom = Number(line);
      send(
        child,
        history.filter(({ resourceVersion }) => resourceVersion > resumedFrom),
      );
    } else {
      acks.push(Number(line));
    }
    if (killing !== null && acks.length === killing.afterAcks) {
      await sleep(killing.delayMs);
      child.kill('SIGKILL');
    }
  }
  await ended;
  return { resumedFrom, acks };
}

function send({ stdin }: Child, lines: readonly Line[]): void {
  // A killed child reads no more.
  stdin.on('error', () => {});
  stdin.end(lines.map(({ text }) => text).join(''));
}

function lives(count: number): readonly Line[] {
  let resourceVersion = 1;
  const line = (type: string, pod: Parameters<typeof podObject>[0]): Line => {
    resourceVersion += 1;
    const object = podObject({ ...pod, resourceVersion });
    return { resourceVersion, text: `${JSON.stringify({ type, object })}\n` };
  };
  return Array.from({ length: count }, (_, index) => {
    const pod = { uid: `uid-${index}`, name: `pod-${index}` };
    const containerID = `containerd://${index}`;
    const deletion = { timestamp: at(40), grace: 30 };
    const ended = terminated(containerID, 0, 5, 12, 'Completed');
    return [
      line('ADDED', { ...pod, containers: [{ state: waiting() }] }),
      line('MODIFIED', { ...pod, containers: [{ state: running(5), containerID }] }),
      line('MODIFIED', { ...pod, deletion, containers: [{ state: running(5), containerID }] }),
      line('MODIFIED', { ...pod, deletion, containers: [{ state: ended, containerID }] }),
      line('DELETED', { ...pod, deletion, containers: [{ state: ended, containerID }] }),
    ];
  }).flat();
}

/** mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
