import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serialiseEvent } from '../../../protocol/event/serialise-event.ts';
import {
  batchEntries,
  EVENTBRIDGE_CALL_BYTES,
  EVENTBRIDGE_LARGE_CALL_BYTES,
  type EventBridgeEntry,
  entrySizeBytes,
  toEventBridgeEntry,
} from '../../../protocol/eventbridge/eventbridge-entry.ts';
import { preStop } from '../event/lifecycle-events.ts';

const body = serialiseEvent(preStop);

test('the detail is the very text of the webhook', () => {
  expect(toEventBridgeEntry({ type: preStop.type, time: preStop.time, body }, 'lifecycles')).toEqual({
    Source: 'dev.offhook',
    DetailType: 'dev.offhook.container.preStop',
    Time: new Date('2026-11-22T14:24:01.000Z'),
    Detail: JSON.stringify(preStop),
    EventBusName: 'lifecycles',
  });
});

test('refuses a time that is no date and bytes that are no text', () => {
  const event = { type: preStop.type, time: preStop.time, body };
  expect(() => toEventBridgeEntry({ ...event, time: 'yesterday' }, 'bus')).toThrow(RangeError);
  expect(() => toEventBridgeEntry({ ...event, body: Uint8Array.of(0xff) }, 'bus')).toThrow(TypeError);
});

function entryOf(bytes: number): EventBridgeEntry {
  const empty = {
    Source: 's',
    DetailType: 't',
    Time: new Date(0),
    Detail: '',
    EventBusName: 'a-long-bus-name',
  };
  return { ...empty, Detail: 'd'.repeat(bytes - 16) };
}

test('counts 14 bytes for the time and UTF-8 bytes for the texts, but not the bus', () => {
  const entry = {
    Source: 'dev',
    DetailType: 'té',
    Time: new Date(0),
    Detail: '{"a":"€😀"}',
    EventBusName: 'bus',
  };
  expect(entrySizeBytes(entry)).toBe(14 + 3 + 3 + 15);
  expect(entrySizeBytes(entryOf(1000))).toBe(1000);
});

const sizes = (calls: EventBridgeEntry[][]) => calls.map((call) => call.map(entrySizeBytes));

test('at most ten entries a call', () => {
  const calls = batchEntries(Array.from({ length: 21 }, () => entryOf(100)));
  expect(calls.map((call) => call.length)).toEqual([10, 10, 1]);
  expect(batchEntries([])).toEqual([]);
});

test('a call stays below 256 KB, and below what is configured', () => {
  const half = EVENTBRIDGE_CALL_BYTES / 2;
  expect(sizes(batchEntries([entryOf(half), entryOf(half - 1), entryOf(half)]))).toEqual([
    [half, half - 1],
    [half],
  ]);
  expect(sizes(batchEntries([entryOf(half), entryOf(half)]))).toEqual([[half], [half]]);
  const large = { maxBytes: EVENTBRIDGE_LARGE_CALL_BYTES };
  expect(sizes(batchEntries([entryOf(half), entryOf(half)], large))).toEqual([[half, half]]);
});

test('an entry above the limit goes alone', () => {
  const over = EVENTBRIDGE_CALL_BYTES + 1;
  expect(sizes(batchEntries([entryOf(20), entryOf(over), entryOf(20)]))).toEqual([[20], [over], [20]]);
});

test('every entry is in one call, in order and as the same object; no two share a call that is full', () => {
  const limits = { maxEntries: 3, maxBytes: 200 };
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 16, max: 260 })), (wanted) => {
      const entries = wanted.map(entryOf);
      const calls = batchEntries(entries, limits);
      expect(calls.flat().every((entry, index) => entry === entries[index])).toBe(true);
      expect(calls.flat()).toHaveLength(entries.length);
      const totals = calls.map((call) => call.reduce((sum, entry) => sum + entrySizeBytes(entry), 0));
      for (const [index, call] of calls.entries()) {
        expect(call.length).toBeGreaterThan(0);
        expect(call.length).toBeLessThanOrEqual(3);
        if (call.length > 1) expect(totals[index]).toBeLessThan(200);
        // Filled: the first entry of the next call had no room here.
        const next = calls[index + 1]?.[0];
        if (next === undefined || call.length === 3) continue;
        expect((totals[index] ?? 0) + entrySizeBytes(next)).toBeGreaterThanOrEqual(200);
      }
    }),
  );
});
