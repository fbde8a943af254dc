import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  batchEntries,
  EVENTBRIDGE_CALL_ENTRIES,
  type EventBridgeEntry,
  toEventBridgeEntry,
} from '../../../protocol/eventbridge/eventbridge-entry.ts';
import type { EventBridgeResult } from '../../../protocol/eventbridge/eventbridge-result.ts';
import type { DeliveryEvent } from '../delivery-store.ts';
import type { EventSender } from '../event-sender.ts';
import { type Outcome, retry } from '../outcome.ts';
import type { EventBridgeTarget } from '../subscription-target.ts';
import { classifyCallFailure, classifyEntry } from './classify-eventbridge.ts';
import { describeFailure } from './describe-failure.ts';
import { createEventBridgeClient, type EventBridgeDependencies } from './eventbridge-client.ts';

type Waiting = {
  readonly entry: EventBridgeEntry;
  readonly partitionKey: string;
  readonly signal: AbortSignal;
  readonly settle: (outcome: Outcome) => void;
};

/**
 * Puts events on an EventBridge bus. What is sent in the same tick, or while all calls are busy, goes together: at
 * most ten entries and 256 KB a call, `concurrency` events in flight, and two calls in flight never share a
 * partitionkey. Each entry has an outcome of its own, so only failed ones are tried again.
 */
export function createEventBridgeSender(
  target: EventBridgeTarget,
  dependencies: EventBridgeDependencies = {},
): EventSender {
  const { busName, concurrency } = target;
  const maxCalls = Math.ceil(concurrency / EVENTBRIDGE_CALL_ENTRIES);
  const client = createEventBridgeClient(target, { ...dependencies, connections: maxCalls });
  const waiting = new Set<Waiting>();
  const busyKeys = new Set<string>();
  let calls = 0;
  let scheduled = false;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      startCalls();
    });
  }

  function startCalls(): void {
    while (calls < maxCalls) {
      const batch = nextBatch(waiting, busyKeys);
      if (batch.length === 0) return;
      void call(batch);
    }
  }

  async function call(batch: readonly Waiting[]): Promise<void> {
    const keys = new Set(batch.map((entry) => entry.partitionKey));
    calls += 1;
    for (const entry of batch) waiting.delete(entry);
    for (const key of keys) busyKeys.add(key);
    const outcomes = await putEvents(client, batch);
    for (const key of keys) busyKeys.delete(key);
    calls -= 1;
    for (const [index, entry] of batch.entries())
      entry.settle(outcomes[index] ?? retry('eventbridge no result'));
    schedule();
  }

  return {
    send(event, signal) {
      const entry = readEntry(event, busName);
      if (entry === null) return Promise.resolve(unreadable);
      if (signal.aborted) return Promise.resolve(retry(describeFailure(signal.reason)));
      return new Promise((resolve) => {
        const settle = (outcome: Outcome) => {
          waiting.delete(item);
          signal.removeEventListener('abort', onAbort);
          resolve(outcome);
        };
        const onAbort = () => settle(retry(describeFailure(signal.reason)));
        const item = { entry, partitionKey: event.partitionKey, signal, settle };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.add(item);
        schedule();
      });
    },
    close: async () => client.destroy(),
  };
}

const unreadable: Outcome = { kind: 'rejected', status: null, reason: 'eventbridge unreadable event' };

function readEntry(event: DeliveryEvent, busName: string): EventBridgeEntry | null {
  try {
    const time = new Date(event.timeMs).toISOString();
    return toEventBridgeEntry({ type: event.type, time, body: event.body }, busName);
  } catch {
    return null;
  }
}

/** In the order of arrival; an entry whose key is in flight waits, and so does every later one of that key. */
function nextBatch(waiting: Iterable<Waiting>, busyKeys: ReadonlySet<string>): readonly Waiting[] {
  const free: Waiting[] = [];
  for (const entry of waiting) {
    if (free.length === EVENTBRIDGE_CALL_ENTRIES) break;
    if (!busyKeys.has(entry.partitionKey)) free.push(entry);
  }
  const fitting = batchEntries(free.map(({ entry }) => entry))[0]?.length ?? 0;
  return free.slice(0, fitting);
}

/** One call, aborted when the time of its first entry is over. The outcomes are in the order of the batch. */
async function putEvents(client: EventBridgeClient, batch: readonly Waiting[]): Promise<readonly Outcome[]> {
  const abortSignal = AbortSignal.any(batch.map((entry) => entry.signal));
  const Entries = batch.map((waiting) => waiting.entry);
  try {
    const answer = await client.send(new PutEventsCommand({ Entries }), { abortSignal });
    const results: readonly EventBridgeResult[] = answer.Entries ?? [];
    return batch.map((_, index) => classifyEntry(results[index]));
  } catch (error) {
    const outcome = abortSignal.aborted
      ? retry(describeFailure(abortSignal.reason))
      : classifyCallFailure(error);
    return batch.map(() => outcome);
  }
}
