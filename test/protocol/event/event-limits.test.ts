import { expect, test } from 'vitest';
import { parseEvent } from '../../../protocol/event/parse-event.ts';
import { realInstantMs } from '../../../protocol/event/real-instant.ts';
import { gap, hookFailed, postStart, postStop, preStop } from './lifecycle-events.ts';

const HALF = '\ud83d';

/** The event with another value at that path. */
function changed(event: object, path: string, value: unknown): object {
  const [first = '', ...rest] = path.split('.');
  const inner = (event as Record<string, unknown>)[first];
  return { ...event, [first]: rest.length === 0 ? value : changed(inner as object, rest.join('.'), value) };
}

const parse = (event: object) => parseEvent(new TextEncoder().encode(JSON.stringify(event)));

test.each<[event: object, path: string, value: unknown]>([
  [postStart, 'source', `urn:offhook:cluster:${'c'.repeat(1_024)}`],
  [postStart, 'source', 'urn:offhook:cluster:a\u0000b'],
  [postStart, 'subject', 'x'.repeat(1_025)],
  [postStart, 'subject', 'shop/\u001b[2J/app'],
  [postStart, 'time', '9999-99-99T99:99:99.999Z'],
  [postStart, 'time', '2026-02-30T00:00:00.000Z'],
  [postStart, 'timestamp', '1969-12-31T23:59:59.999Z'],
  [preStop, 'expirytime', '2026-11-22T24:00:00.000Z'],
  [postStart, 'data.cluster.uid', 'u'.repeat(129)],
  [postStart, 'data.cluster.uid', ''],
  [postStart, 'data.cluster.name', 'n'.repeat(254)],
  [postStart, 'data.cluster.name', 'two\nlines'],
  [postStart, 'data.pod.namespace', 'n'.repeat(254)],
  [postStart, 'data.pod.name', 'web\u009b31m'],
  [postStart, 'data.pod.uid', 'u\u0000'],
  [postStart, 'data.pod.owner.name', 'o'.repeat(8_193)],
  [postStart, 'data.container.name', 'c'.repeat(129)],
  [postStart, 'data.container.id', ''],
  [postStart, 'data.container.id', 'i'.repeat(254)],
  [postStart, 'data.container.restartCount', -1],
  [postStart, 'data.container.restartCount', 1.5],
  [postStart, 'data.container.restartCount', 2 ** 53],
  [postStart, 'data.container.skippedRuns', 1e300],
  [postStart, 'data.container.startedAt', 'yesterday'],
  [postStart, 'data.container.startedAt', '0001-01-01T00:00:00Z'],
  [preStop, 'data.stop.deadline', '2026-11-31T00:00:00Z'],
  [preStop, 'data.stop.gracePeriodSeconds', -30],
  [postStop, 'data.exit.code', 2 ** 31],
  [postStop, 'data.exit.signal', 9.5],
  [postStop, 'data.exit.finishedAt', '2026-11-22 14:24:01'],
  [postStop, 'data.exit.reason', 'r'.repeat(8_193)],
  [hookFailed, 'data.event.count', 1e21],
  [gap, 'data.from.resourceVersion', ''],
  [gap, 'data.to.time', '9999-99-99T99:99:99.999Z'],
])('%$: refuses what cannot be kept, at $1', (event, path, value) => {
  expect(parse(event)).toMatchObject({ kind: 'event' });
  expect(parse(changed(event, path, value))).toMatchObject({ kind: 'unreadable', path });
});

test('half of a character is refused wherever it stands, also where nobody looks yet', () => {
  const places: readonly [path: string, event: object][] = [
    ['data.pod.labels.app', changed(postStart, 'data.pod.labels', { app: `a${HALF}` })],
    ['data.pod.labels["\\ud83d"]', changed(postStart, 'data.pod.labels', { [HALF]: 'a' })],
    ['data.exit.reason', changed(postStop, 'data.exit.reason', HALF)],
    ['future.list[1].deep', changed(postStart, 'future', { list: [0, { deep: HALF }] })],
    ['future', changed({ ...postStart, type: 'dev.offhook.container.hibernated' }, 'future', HALF)],
  ];
  for (const [path, event] of places) expect(parse(event)).toMatchObject({ kind: 'unreadable', path });
  expect(parse(changed(postStart, 'future', 'whole: \u{1f600}'))).toMatchObject({ kind: 'event' });
});

test('an infinite number is refused wherever it stands', () => {
  const body = JSON.stringify({ ...postStart, future: [1, 0] }).replace('[1,0]', '[1,1e999]');
  expect(parseEvent(new TextEncoder().encode(body))).toMatchObject({ kind: 'unreadable', path: 'future[1]' });
});

test.each([
  ['2026-11-22T14:24:01Z', Date.UTC(2026, 10, 22, 14, 24, 1)],
  ['2026-11-22T14:24:01.123456789Z', Date.UTC(2026, 10, 22, 14, 24, 1, 123)],
  ['2026-11-22T14:24:01+02:00', Date.UTC(2026, 10, 22, 12, 24, 1)],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2100-02-29T00:00:00Z', null],
  ['2026-02-29T00:00:00Z', null],
  ['2026-04-31T00:00:00Z', null],
  ['2026-13-01T00:00:00Z', null],
  ['2026-00-10T00:00:00Z', null],
  ['2026-01-00T00:00:00Z', null],
  ['2026-01-01T24:00:00Z', null],
  ['2026-01-01T00:60:00Z', null],
  ['2026-01-01T00:00:60Z', null],
  ['2026-01-01T00:00:00+24:00', null],
  ['1969-12-31T23:59:59Z', null],
  ['1970-01-01T00:00:00Z', 0],
  ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ['+012026-01-01T00:00:00Z', null],
  ['2026-01-01', null],
  ['', null],
])('%j is the moment %j', (text, ms) => {
  expect(realInstantMs(text)).toBe(ms);
});
