import { describe, expect, it } from 'vitest';
import type { SourceBatch } from '../../../watcher/source/sink/source-batch.ts';
import { page, refuse, stream } from '../../support/scripted-api.ts';
import { until } from '../../support/until.ts';
import { added, bookmark, follow, pod } from './follow.ts';

const PODS = 5_000;
const uids = Array.from({ length: PODS }, (_, index) => `pod-${index}`);
const secret = { name: 'PASSWORD', value: 'canary-secret'.repeat(100) };

function withEnvironment(object: object) {
  Object.assign((object as { spec: object }).spec, { containers: [{ name: 'app', env: [secret] }] });
  return object;
}

function expectAllPods(batches: readonly SourceBatch[]) {
  const pages = batches.flatMap((batch) => (batch.kind === 'page' ? [batch.pods] : []));
  expect(Math.max(...pages.map((pods) => pods.length))).toBeLessThanOrEqual(500);
  expect(pages.flat().map(({ key }) => key)).toEqual(uids);
  const listed = batches.at(-1);
  expect(listed?.kind === 'listed' && [...listed.keys].sort()).toEqual([...uids].sort());
  expect(JSON.stringify(batches)).not.toContain('canary');
}

describe('a list of 5,000 Pods', () => {
  it('comes as a stream in many small batches, with nothing but the projected fields', async () => {
    const events = uids.map((uid, index) => {
      const event = added(uid, index + 1);
      return { ...event, object: withEnvironment(event.object) };
    });
    const { sink } = await follow({ watchList: [stream(...events, bookmark(PODS + 1, 'end'))] });
    await until('the end of the list', () => sink.resumePoint('pods') !== null, 15_000);
    expectAllPods(sink.batches);
    expect(sink.batches.length).toBeGreaterThan(20);
  });

  it('comes as a stream of which little is read at once, however fast it comes', async () => {
    const large = 'x'.repeat(20_000);
    const events = uids.slice(0, 500).map((uid, index) => ({ ...added(uid, index + 1), large }));
    const { sink } = await follow({ watchList: [stream(...events, bookmark(PODS + 1, 'end'))] });
    await until('the end of the list', () => sink.resumePoint('pods') !== null, 15_000);
    const sizes = sink.batches.flatMap((batch) => (batch.kind === 'page' ? [batch.pods.length] : []));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(500);
  });

  it('comes in pages of 500', async () => {
    const pages = Array.from({ length: PODS / 500 }, (_, number) => {
      const items = uids
        .slice(number * 500, (number + 1) * 500)
        .map((uid, index) => withEnvironment(pod(uid, number * 500 + index + 1)));
      return page(String(PODS + 1), items, number === PODS / 500 - 1 ? undefined : `page-${number + 1}`);
    });
    const { api, sink } = await follow({ watchList: [refuse(400, 'BadRequest')], list: pages });
    await until('the end of the list', () => sink.resumePoint('pods') !== null, 15_000);
    expectAllPods(sink.batches);
    expect(api.asked('list')).toHaveLength(10);
  });
});
