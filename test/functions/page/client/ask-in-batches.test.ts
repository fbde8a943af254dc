import { expect, it } from 'vitest';
import { askInBatches } from '../../../../functions/page/client/rerun/ask-in-batches.ts';
import type { OpenFailure } from '../../../../functions/page/model/rows/open-failures.ts';

type Deps = Parameters<typeof askInBatches>[1];
type Answer = Awaited<ReturnType<Deps['post']>>;

const wanted = Array.from({ length: 45 }, (_, index): OpenFailure => {
  return { eventId: `evt_${index}`, handler: 'announce', attempt: 3, where: 'web', occurredAtMs: index };
});
const queued = (batch: readonly OpenFailure[]): Answer => ({
  kind: 'answer',
  body: { results: batch.map(({ eventId, handler }) => ({ eventId, handler, status: 'queued' })) },
});
const later = (retryMs: number | null, status = 429): Answer => ({
  ...{ kind: 'refused', status, message: 'at most 300 a minute', retryMs },
});

/** A server that answers in turn, and then takes everything. */
function server(...answers: readonly ((batch: readonly OpenFailure[]) => Answer)[]) {
  const seen = { batches: [] as number[], done: [] as number[], waits: [] as number[] };
  const stop = new AbortController();
  const deps: Deps = {
    async post(batch) {
      seen.batches.push(batch.length);
      return (answers[seen.batches.length - 1] ?? queued)(batch);
    },
    pause: async () => {},
    onProgress: (done) => seen.done.push(done),
    onWait: (ms) => seen.waits.push(ms),
  };
  return { deps, seen, stop };
}

it('asks for twenty at a time, and says how far it is', async () => {
  const { deps, seen, stop } = server();
  const asked = await askInBatches(wanted, deps, stop.signal);
  expect(seen).toEqual({ batches: [20, 20, 5], done: [20, 40, 45], waits: [] });
  expect(asked).toMatchObject({ queued: wanted, unsure: 0, left: [], ended: null });
});

it('waits as long as the server says, and goes on with the same', async () => {
  const { deps, seen, stop } = server(queued, () => later(7_000));
  const asked = await askInBatches(wanted, deps, stop.signal);
  expect(seen).toEqual({ batches: [20, 20, 20, 5], done: [20, 40, 45], waits: [7_000] });
  expect(asked.queued).toHaveLength(45);
});

it('gives up waiting in the end, and at once where waiting does not help', async () => {
  const busy = server(...Array.from({ length: 9 }, () => () => later(1_000)));
  expect(await askInBatches(wanted, busy.deps, busy.stop.signal)).toMatchObject({
    ...{ queued: [], left: wanted, ended: 'at most 300 a minute' },
  });
  expect(busy.seen.batches).toHaveLength(5);
  const refusing = server(() => later(null, 403));
  const { left } = await askInBatches(wanted, refusing.deps, refusing.stop.signal);
  expect([left.length, refusing.seen.batches.length]).toEqual([45, 1]);
});

it('does not ask twice for what had no answer: it may be running', async () => {
  const { deps, seen, stop } = server(queued, () => ({ kind: 'silent' }));
  const asked = await askInBatches(wanted, deps, stop.signal);
  expect(seen.batches).toEqual([20, 20]);
  expect(asked).toMatchObject({ unsure: 20, left: wanted.slice(40), ended: 'The receiver does not answer.' });
});

it('stops after what is under way', async () => {
  const { deps, seen, stop } = server((batch) => {
    stop.abort();
    return queued(batch);
  });
  const asked = await askInBatches(wanted, deps, stop.signal);
  expect(seen.batches).toEqual([20]);
  expect(asked).toMatchObject({ left: wanted.slice(20), ended: null });
});

it('counts what does not run by its reason', async () => {
  const { deps, stop } = server((batch) => ({
    kind: 'answer',
    body: {
      results: batch.map(({ eventId, handler }, index) =>
        index < 3
          ? { eventId, handler, status: 'refused', message: 'its next attempt is due anyway' }
          : { eventId, handler, status: 'queued' },
      ),
    },
  }));
  const asked = await askInBatches(wanted, deps, stop.signal);
  expect([...asked.refused]).toEqual([['its next attempt is due anyway', 3]]);
  expect(asked.queued).toHaveLength(42);
});
