import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import type { PostStopEvent } from '../../../protocol/event/lifecycle-event.ts';
import { runHere } from '../../support/run-here.ts';
import { withIdentity } from '../../support/with-identity.ts';
import { eventually } from '../support/eventually.ts';
import { postStop } from '../support/sample-events.ts';
import { SECRET, signedHeaders } from '../support/signed-post.ts';

const EVENTS = 150;

/** Any text: long, empty, of control characters, halves of characters, other scripts. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-composite', maxLength: 60 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  fc.constantFrom(
    '',
    '\ud800',
    '\u0000',
    '\u001b[2J',
    '\u202etxt',
    '\ufffe',
    'x'.repeat(254),
    'é'.repeat(9_000),
  ),
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom('9999-99-99T99:99:99.999Z', '2026-02-30T00:00:00.000Z', '1970-01-01T00:00:00.000Z', 'soon'),
);
const number = fc.oneof(fc.integer(), fc.nat(), fc.double(), fc.constantFrom(2 ** 53, -1, 1e300, 137));

/** What a sender with a good key may say in one field of an event, and no field at all in half of them. */
const change = fc.oneof(
  fc.record({ at: fc.constantFrom('cluster', 'pod', 'container', 'exit'), value: fc.dictionary(text, text) }),
  fc.record({ at: fc.constantFrom('pod.name', 'pod.namespace', 'pod.uid', 'pod.node'), value: text }),
  fc.record({
    at: fc.constantFrom('container.name', 'container.image', 'exit.reason', 'cluster.name'),
    value: text,
  }),
  fc.record({ at: fc.constantFrom('container.startedAt', 'exit.finishedAt'), value: time }),
  fc.record({ at: fc.constantFrom('container.restartCount', 'exit.code', 'exit.signal'), value: number }),
  fc.record({ at: fc.constant('pod.labels'), value: fc.dictionary(text, text) }),
  fc.record({ at: fc.constant('pod.future'), value: fc.jsonValue({ depthSize: 'medium' }) }),
);

function apply(
  event: PostStopEvent,
  { at, value }: { readonly at: string; readonly value: unknown },
): PostStopEvent {
  const [part = '', field] = at.split('.');
  const before = (event.data as Record<string, unknown>)[part] as object;
  const after = field === undefined ? { ...before, ...(value as object) } : { ...before, [field]: value };
  return { ...event, data: { ...event.data, [part]: after } };
}

async function audit(...args: readonly string[]) {
  const { code, stdout, stderr } = await runHere(['audit', ...args]);
  return { code, output: `${stdout}${stderr}` };
}

it('whatever was answered with 202 is handled, exported and verified', { timeout: 120_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'offhook-keepable-'));
  const dataDir = join(directory, 'data');
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const receiver = await startNodeReceiver({ port: 0, dataDir, secrets: [SECRET], log });
  onTestFinished(receiver.close);
  const accepted = new Set<string>();
  const statuses = new Set<number>();
  const samples = fc.sample(fc.tuple(time, fc.array(change, { maxLength: 2 })), { numRuns: EVENTS, seed: 8 });
  for (const [index, [when, changes]] of samples.entries()) {
    const said = {
      ...postStop({ key: `run-${index}` }, 0, null),
      ...(index % 3 === 0 && { time: when, timestamp: when }),
    };
    const event = withIdentity(changes.reduce(apply, said));
    const body = new TextEncoder().encode(JSON.stringify(event));
    const headers = await signedHeaders(event.id, body);
    const response = await fetch(`${receiver.url}/events`, { method: 'POST', body, headers });
    statuses.add(response.status);
    const answer = (await response.json()) as { readonly error?: string; readonly path?: string };
    if (response.status === 202) accepted.add(event.id);
    else expect(answer).toMatchObject({ error: 'unreadable_event', path: expect.any(String) });
  }
  // Both happen, and nothing else.
  expect([...statuses].sort()).toEqual([202, 422]);
  expect(accepted.size).toBeGreaterThan(EVENTS / 5);
  const rows = await eventually(
    () => receiver.auditRows(),
    (all) => all.length === accepted.size,
    20_000,
  );
  expect(new Set(rows.map(({ eventId }) => eventId))).toEqual(accepted);
  expect(receiver.deadLetters()).toEqual([]);
  const keys = join(directory, 'keys');
  const file = join(directory, 'export.jsonl');
  writeFileSync(keys, SECRET);
  expect(await audit('export', '--data-dir', dataDir, '--output', file)).toMatchObject({ code: 0 });
  expect(readFileSync(file, 'utf8')).not.toMatch(/[^\n\P{C}]/u);
  for (const from of [
    ['--data-dir', dataDir],
    ['--file', file],
  ]) {
    const { code, output } = await audit('verify', ...from, '--signing-secret-file', keys);
    expect([code, output]).toEqual([0, expect.stringContaining(`${accepted.size} signatures verified`)]);
    const listed = await audit('list', ...from, '--limit', '1000');
    expect(listed.code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not reach a terminal
    expect(listed.output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  }
});
