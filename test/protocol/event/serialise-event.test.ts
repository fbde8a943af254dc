import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PostStopEvent } from '../../../protocol/event/lifecycle-event.ts';
import { parseEvent } from '../../../protocol/event/parse-event.ts';
import {
  MAX_EVENT_BYTES,
  serialiseEvent,
  TARGET_EVENT_BYTES,
} from '../../../protocol/event/serialise-event.ts';
import { disabled, EVERY_EVENT, postStop } from './lifecycle-events.ts';

const withLabels = (labels: Record<string, string>): PostStopEvent => ({
  ...postStop,
  data: { ...postStop.data, pod: { ...postStop.data.pod, labels } },
});

function readBack(bytes: Uint8Array): PostStopEvent {
  const parsed = parseEvent(bytes);
  if (parsed.kind !== 'event' || parsed.event.data.hook !== 'postStop')
    throw new Error(JSON.stringify(parsed));
  return parsed.event as PostStopEvent;
}

test.each(EVERY_EVENT)('$type is plain JSON below 2 kB when nothing is unusual', (event) => {
  const bytes = serialiseEvent(event);
  expect(new TextDecoder().decode(bytes)).toBe(JSON.stringify(event));
  expect(bytes.length).toBeLessThan(2000);
});

/** A label value of exactly the size that makes the whole event `bytes` long. */
const paddedTo = (bytes: number) =>
  withLabels({ pad: 'x'.repeat(bytes - serialiseEvent(withLabels({ pad: '' })).length) });

test('an event of exactly the target is not touched, one byte more loses a label and says so', () => {
  const atTarget = serialiseEvent(paddedTo(TARGET_EVENT_BYTES));
  expect(atTarget).toHaveLength(TARGET_EVENT_BYTES);
  expect(readBack(atTarget).data.truncated).toBeUndefined();

  const above = readBack(serialiseEvent(paddedTo(TARGET_EVENT_BYTES + 1)));
  expect(above.data).toMatchObject({ truncated: true, pod: { labels: {} } });
});

test('the largest labels go first, and no more of them than needed', () => {
  const small = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`s${index}`, 'v']));
  const large = { big: 'x'.repeat(15_000), bigger: 'y'.repeat(16_000) };
  const event = withLabels({ ...small, ...large });
  const bytes = serialiseEvent(event);
  expect(bytes.length).toBeLessThanOrEqual(TARGET_EVENT_BYTES);
  expect(readBack(bytes)).toEqual({
    ...event,
    data: {
      ...event.data,
      truncated: true,
      pod: { ...event.data.pod, labels: { ...small, big: large.big } },
    },
  });
});

test('the mark itself counts: what fits only without it loses one more label', () => {
  const { pad = '' } = paddedTo(TARGET_EVENT_BYTES).data.pod.labels;
  const event = withLabels({ pad, more: `${pad}x` });
  expect(readBack(serialiseEvent(event)).data).toMatchObject({ truncated: true, pod: { labels: {} } });
  const markBytes = ',"truncated":true'.length;
  const fitting = { pad: pad.slice(markBytes) };
  const kept = readBack(serialiseEvent(withLabels({ ...fitting, more: `${pad}x` }))).data.pod.labels;
  expect(kept).toEqual(fitting);
});

test('any labels fit: what is left is a part of what was there, and the same each time', () => {
  const labels = fc.dictionary(
    fc.string({ minLength: 1, maxLength: 63 }),
    fc.string({ unit: 'binary', maxLength: 63 }),
    {
      minKeys: 200,
      maxKeys: 400,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(labels, (all) => {
      if (Object.hasOwn(all, '__proto__')) return;
      const event = withLabels(all);
      const before = JSON.stringify(event);
      const bytes = serialiseEvent(event);
      expect(JSON.stringify(event)).toBe(before);
      expect(serialiseEvent(event)).toEqual(bytes);
      expect(bytes.length).toBeLessThanOrEqual(TARGET_EVENT_BYTES);
      const kept = readBack(bytes).data.pod.labels;
      expect(JSON.parse(before).data.pod.labels).toMatchObject(kept);
    }),
    { numRuns: 20 },
  );
});

test('strings without a limit in Kubernetes are cut when no label is left to cut', () => {
  const { data } = postStop;
  const image = `registry.example/${'i'.repeat(100_000)}`;
  const event = { ...postStop, data: { ...data, container: { ...data.container, image, imageId: image } } };
  const bytes = serialiseEvent(event);
  expect(bytes.length).toBeLessThan(2000);
  expect(readBack(bytes).data).toMatchObject({
    truncated: true,
    pod: { uid: data.pod.uid, name: data.pod.name, labels: {} },
    container: { name: 'app', image: image.slice(0, 256), imageId: image.slice(0, 256) },
  });
});

test('an event without a Pod is cut too', () => {
  const event = { ...disabled, data: { ...disabled.data, why: 'y'.repeat(100_000) } };
  expect(parseEvent(serialiseEvent(event))).toEqual({
    kind: 'event',
    event: { ...disabled, data: { ...disabled.data, why: 'y'.repeat(256), truncated: true } },
  });
});

test('no event passes 64 KiB even when every string is long and needs six bytes a character', () => {
  const long = '\u0001'.repeat(100_000);
  const { cluster, pod, container, exit } = postStop.data;
  const names = { namespace: long, name: long, uid: long, node: long };
  const event: PostStopEvent = {
    ...postStop,
    data: {
      ...postStop.data,
      cluster: { ...cluster, name: long, uid: long },
      pod: { ...pod, ...names, owner: { kind: long, name: long } },
      container: { ...container, name: long, id: long, image: long, imageId: long, startedAt: long },
      exit: { ...exit, reason: long, finishedAt: long },
    },
  };
  expect(serialiseEvent(event).length).toBeLessThanOrEqual(MAX_EVENT_BYTES);
});

test('an envelope that breaks the limit is a programming error', () => {
  expect(() => serialiseEvent({ ...postStop, subject: 'x'.repeat(MAX_EVENT_BYTES) })).toThrow(
    /^event evt_a+ takes \d+ bytes, the limit is 65536$/,
  );
});
