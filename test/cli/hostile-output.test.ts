import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { formatStage } from '../../cli/dev/event-stage.ts';
import { runCli } from '../../cli/run-cli.ts';
import { formatLogLine } from '../../cli/terminal/format-log-line.ts';
import { formatTable } from '../../cli/terminal/format-table.ts';
import { createJsonLog } from '../../functions/ambient/log.ts';
import { printable, printableJson } from '../../protocol/json/printable.ts';
import { podObject, terminated } from '../support/pod-object.ts';

/** Clears the screen, does so in one byte more, turns the direction of writing, begins a line, hides. */
const HOSTILE = 'a\u001b[2J\u009b31m\u202egnp\u2066\nb\u2028c\u200b\ud800\u{e0041}';
const SPELLED = 'a\\u001b[2J\\u009b31m\\u202egnp\\u2066\\u000ab\\u2028c\\u200b\\ud800\\udb40\\udc41';
const OBEYED = /[^\n\P{C}]|[\u2028\u2029]/u;

test('what a terminal would obey is spelled out, and plain text stays as it is', () => {
  expect(printable(HOSTILE)).toBe(SPELLED);
  expect(printable('shop/web-1/app ß 日本 😀 \\u001b')).toBe('shop/web-1/app ß 日本 😀 \\u001b');
});

test('JSON is the same value in a text that is safe to show', () => {
  const value = { [HOSTILE]: [HOSTILE, '😀'] };
  for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
    expect(JSON.parse(printableJson(text))).toEqual(value);
    expect(printableJson(text)).not.toMatch(OBEYED);
  }
});

test('a pretty log line holds nothing of what it tells but its own colour', () => {
  const record = {
    level: 'warn',
    time: '2026-11-22T14:22:13.000Z',
    msg: HOSTILE,
    pod: HOSTILE,
    [HOSTILE]: [HOSTILE],
  };
  for (const line of [JSON.stringify(record), HOSTILE]) {
    const pretty = formatLogLine(line, false);
    expect(pretty.endsWith('\n')).toBe(true);
    expect(pretty.slice(0, -1)).not.toMatch(/[\p{C}\u2028\u2029]/u);
  }
  expect(formatLogLine(JSON.stringify(record), true)).toContain(
    `\x1b[33mwarn \x1b[0m ${SPELLED}  pod=${SPELLED}`,
  );
});

test('a JSON log line neither', () => {
  let written = '';
  createJsonLog((_, line) => {
    written = line;
  }).error({ handler: HOSTILE }, HOSTILE);
  expect(written).not.toMatch(OBEYED);
  expect(JSON.parse(written)).toMatchObject({ msg: HOSTILE, handler: HOSTILE });
});

test('nor a line of offhook dev, nor a cell of a table', () => {
  const stage = {
    kind: 'handled',
    atMs: 0,
    hook: 'postStop',
    attempt: 1,
    durationMs: 1,
    sinceSeenMs: 1,
  } as const;
  const line = formatStage(
    { ...stage, name: HOSTILE, handler: 'h', outcome: 'failed', error: HOSTILE },
    false,
  );
  expect(line).not.toMatch(/[\p{C}\u2028\u2029]/u);
  expect(formatTable([[HOSTILE, 'x']])).toBe(`${SPELLED}  x`);
});

test.each([['--json'], []])(
  'offhook explain %s spells out a reason that somebody made up',
  async (...options) => {
    const pod = podObject({
      containers: [{ state: terminated('containerd://a', 1, 1, 4), containerID: 'containerd://a' }],
    });
    const text = JSON.stringify({ type: 'ADDED', object: pod }).replace(
      '"reason":"Error"',
      `"reason":${JSON.stringify(HOSTILE.slice(0, 20))}`,
    );
    expect(text).toContain('\\u001b');
    let output = '';
    const write = (part: string) => {
      output += part;
    };
    const io = { stdin: Readable.from([Buffer.from(`${text}\n`)]), stdout: { write }, stderr: { write } };
    await runCli(['explain', ...options, '-'], { ...io, env: {}, stop: new AbortController().signal });
    expect(output).toContain('\\u202egnp\\u2066');
    expect(output).not.toMatch(OBEYED);
  },
);
