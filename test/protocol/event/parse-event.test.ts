import { CloudEvent, HTTP } from 'cloudevents';
import { expect, test } from 'vitest';
import { type ParsedEvent, parseEvent } from '../../../protocol/event/parse-event.ts';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import { EVERY_EVENT, gap, postStop, postStopAmended, preStart, preStop } from './lifecycle-events.ts';

const utf8 = new TextEncoder();
const parse = (value: unknown, webhookId?: string): ParsedEvent =>
  parseEvent(utf8.encode(JSON.stringify(value)), webhookId);

test.each(EVERY_EVENT)('reads back $type as it was written', (event) => {
  expect(parseEvent(serialiseEvent(event), event.id)).toEqual({ kind: 'event', event });
});

test.each(EVERY_EVENT)('$type is a valid CloudEvent for the cloudevents package too', (event) => {
  const body = new TextDecoder().decode(serialiseEvent(event));
  const read = HTTP.toEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body });
  if (!(read instanceof CloudEvent)) throw new Error('read as a batch');
  expect(read.validate()).toBe(true);
  expect(JSON.parse(JSON.stringify(read))).toEqual(event);
});

test.each([
  ['nothing', [], 'empty_body', 'the body is empty, expected a JSON event'],
  ['a byte that is not UTF-8', [0x22, 0xe9, 0x22], 'invalid_utf8', 'the body is not valid UTF-8'],
  ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22], 'invalid_utf8', 'the body is not valid UTF-8'],
  [
    'a byte order mark',
    [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
    'not_json',
    'expected a JSON value at (root) (position 0)',
  ],
  ['no JSON', [...utf8.encode('hello')], 'not_json', 'expected a JSON value at (root) (position 0)'],
  [
    'a key twice',
    [...utf8.encode('{"id":"a","id":"b"}')],
    'duplicate_key',
    'the same key twice at id (position 10)',
  ],
  [
    '__proto__',
    [...utf8.encode('{"data":{"__proto__":1}}')],
    'forbidden_key',
    'key __proto__ is not allowed at data.__proto__ (position 9)',
  ],
])('%s is malformed', (_name, bytes, code, message) => {
  expect(parseEvent(Uint8Array.from(bytes))).toEqual({ kind: 'malformed', code, message });
});

test('a thousand levels are malformed', () => {
  const body = utf8.encode(`{"data":${'['.repeat(1000)}${']'.repeat(1000)}}`);
  expect(parseEvent(body)).toMatchObject({ kind: 'malformed', code: 'too_deep' });
});

const { data } = preStop;
test.each<[fault: string, value: unknown, path: string, message: string]>([
  ['an array', [preStop], '(root)', 'expected a CloudEvent, which is a JSON object'],
  ['null', null, '(root)', 'expected a CloudEvent, which is a JSON object'],
  ['specversion 0.3', { ...preStop, specversion: '0.3' }, 'specversion', 'expected "1.0"'],
  ['no specversion', { ...preStop, specversion: undefined }, 'specversion', 'expected "1.0"'],
  ['no type', { ...preStop, type: undefined }, 'type', 'expected a string that is not empty'],
  ['a type without end', { ...preStop, type: 'x'.repeat(257) }, 'type', 'expected at most 256 characters'],
  ['no id', { ...preStop, id: undefined }, 'id', 'expected a string that is not empty'],
  ['an empty source', { ...preStop, source: '' }, 'source', 'expected a string that is not empty'],
  [
    'an id that is not ours',
    { ...preStop, id: 'evt_1' },
    'id',
    'expected a match of /^evt_[a-z2-7]{36}$/, got a string of 5 characters',
  ],
  [
    'a time without milliseconds',
    { ...preStop, time: '2026-11-22T14:24:01Z' },
    'time',
    'expected a match of /^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$/, got a string of 20 characters',
  ],
  [
    'a partitionkey of 129 characters',
    { ...preStop, partitionkey: 'x'.repeat(129) },
    'partitionkey',
    'expected at most 128 characters, got a string of 129 characters',
  ],
  [
    'an empty partitionkey',
    { ...preStop, partitionkey: '' },
    'partitionkey',
    'expected at least 1 characters, got a string of 0 characters',
  ],
  ['no data', { ...preStop, data: undefined }, 'data', 'expected object, got nothing'],
  [
    'a Pod without UID',
    { ...preStop, data: { ...data, pod: { ...data.pod, uid: undefined } } },
    'data.pod.uid',
    'expected string, got nothing',
  ],
  [
    'a label that is a number',
    { ...preStop, data: { ...data, pod: { ...data.pod, labels: { 'app.kubernetes.io/name': 7 } } } },
    'data.pod.labels["app.kubernetes.io/name"]',
    'expected string, got a value of type number',
  ],
  [
    'a kind that does not exist',
    { ...preStop, data: { ...data, container: { ...data.container, kind: 'main' } } },
    'data.container.kind',
    'expected "app" or "init" or "sidecar" or "ephemeral", got a string of 4 characters',
  ],
  [
    'labels as a list',
    { ...preStop, data: { ...data, pod: { ...data.pod, labels: [] } } },
    'data.pod.labels',
    'expected record, got an array',
  ],
  [
    'another hook than the type says',
    { ...preStop, data: { ...data, hook: 'postStop' } },
    'data.hook',
    'expected "preStop", got a string of 8 characters',
  ],
  [
    'preStop without stop',
    { ...preStop, data: { ...data, stop: null } },
    'data.stop',
    'expected object, got null',
  ],
  [
    'postStop without exit',
    { ...postStop, data: { ...postStop.data, exit: undefined } },
    'data.exit',
    'expected object, got nothing',
  ],
  [
    'an amendment of nothing',
    { ...postStopAmended, data: { ...postStopAmended.data, amends: undefined } },
    'data.amends',
    'expected string, got nothing',
  ],
  [
    'a gap for no known reason',
    { ...gap, data: { ...gap.data, why: 'reasons' } },
    'data.why',
    'expected "expired" or "epochChanged" or "journalLost", got a string of 7 characters',
  ],
])('%s is unreadable', (_name, value, path, fault) => {
  expect(parse(value)).toEqual({ kind: 'unreadable', path, message: `${path}: ${fault}` });
});

test('a body whose id is not the webhook-id is unreadable', () => {
  expect(parse(preStart, 'evt_other')).toEqual({
    kind: 'unreadable',
    path: 'id',
    message: 'id: differs from the header webhook-id',
  });
  expect(parse({ ...preStart, type: 'dev.offhook.new' }, 'evt_other')).toMatchObject({ kind: 'unreadable' });
});

test('an unknown type is told apart, whatever its data is', () => {
  const value = { ...preStart, id: 'x', type: 'dev.offhook.container.resized', data: 1 };
  expect(parse(value)).toEqual({ kind: 'unknownType', id: 'x', type: 'dev.offhook.container.resized' });
});

test('unknown attributes and fields are accepted and kept', () => {
  const value = {
    ...preStop,
    traceparent: '00-ab-cd-01',
    data: { ...data, pod: { ...data.pod, ip: '10.0.0.1' }, stop: { ...data.stop, by: 'kubectl' }, more: [1] },
  };
  expect(parse(value)).toEqual({ kind: 'event', event: value });
});

test('no message quotes a value', () => {
  const secret = 'hunter2hunter2';
  for (const name of Object.keys(preStop)) {
    const result = parse({ ...preStop, [name]: name === 'subject' || name === 'dataschema' ? 1 : [secret] });
    expect(JSON.stringify(result), name).not.toContain(secret);
    expect(result.kind, name).toBe('unreadable');
  }
});
