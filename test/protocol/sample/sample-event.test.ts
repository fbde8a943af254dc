import { describe, expect, it } from 'vitest';
import { checkIdentity } from '../../../protocol/event/check-identity.ts';
import { EVENT_TYPE, HOOKS } from '../../../protocol/event/event-type.ts';
import { parseEvent } from '../../../protocol/event/parse-event.ts';
import { SAMPLE_NAMES } from '../../../protocol/sample/sample-data.ts';
import { SampleError, sampleEvent } from '../../../protocol/sample/sample-event.ts';

const options = { nowMs: Date.parse('2026-11-22T14:24:01.250Z'), unique: '0123456789abcdef'.repeat(2) };

describe('a sample event', () => {
  it('is there for every hook', () => {
    expect(SAMPLE_NAMES).toEqual(expect.arrayContaining([...HOOKS]));
    expect(new Set(SAMPLE_NAMES)).toEqual(new Set(Object.keys(EVENT_TYPE)));
  });

  it.each(SAMPLE_NAMES)('of %s is valid, and is the event that its payload says', async (name) => {
    const { event, bytes } = await sampleEvent(name, options);
    expect(event.type).toBe(EVENT_TYPE[name]);
    const parsed = parseEvent(bytes, event.id);
    expect(parsed).toEqual({ kind: 'event', event });
    expect(await checkIdentity(event)).toBe(null);
  });

  it.each(SAMPLE_NAMES)('of %s is another one each time, and the same for the same digits', async (name) => {
    const first = await sampleEvent(name, options);
    const other = await sampleEvent(name, { nowMs: options.nowMs + 1, unique: 'f'.repeat(32) });
    expect(other.event.id).not.toBe(first.event.id);
    expect((await sampleEvent(name, options)).bytes).toEqual(first.bytes);
  });

  it('says what it was told to say, and is known by that', async () => {
    const data = {
      exit: { code: 137, reason: 'OOMKilled' },
      cluster: { uid: 'c1' },
      pod: { labels: { a: 'b' } },
    };
    const { event } = await sampleEvent('postStop', { ...options, data });
    expect(event).toMatchObject({
      source: 'urn:offhook:cluster:c1',
      data: { ...data, container: { name: 'app' } },
    });
    expect(event.data).toHaveProperty('pod.labels', { a: 'b' });
    expect(await checkIdentity(event)).toBe(null);
  });

  it('has the reason that goes with its exit code', async () => {
    const { event } = await sampleEvent('postStop', { ...options, data: { exit: { code: 1 } } });
    expect(event.data).toMatchObject({ exit: { code: 1, reason: 'Error' } });
  });

  it('that breaks the schema is refused with the place', async () => {
    const wrong = sampleEvent('postStop', { ...options, data: { exit: { code: 'x' } } });
    await expect(wrong).rejects.toThrow(SampleError);
    await expect(wrong).rejects.toMatchObject({ path: 'data.exit.code' });
  });
});
