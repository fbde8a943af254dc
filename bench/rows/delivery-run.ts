import { Pool } from 'undici';
import { EVENT_MEDIA_TYPE } from '../../protocol/http/event-media-type.ts';
import { parseSigningSecret } from '../../protocol/signature/signing-secret.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { createDispatcher } from '../../watcher/delivery/queue/dispatcher.ts';
import { createWebhookSender } from '../../watcher/delivery/send/webhook-sender.ts';
import type { WebhookTarget } from '../../watcher/delivery/subscription-target.ts';
import type { NewEvent } from '../../watcher/ingest/lifecycle-journal.ts';
import { openJournal } from '../../watcher/journal/open-journal.ts';
import { SIGNING_SECRET } from './row-context.ts';

/** In the receiver's latency row and in the floor alike. */
export const CONCURRENCY = 64;
export const SUBSCRIPTION = 'bench';
/** As many events a transaction as a busy watch brings. */
const EVENTS_A_COMMIT = 500;

/** Delivers what a journal holds, signed, each outcome stored; returns the ms until all are marked delivered. */
export async function runDelivery(
  url: string,
  events: readonly NewEvent[],
  directory: string,
): Promise<number> {
  const journal = openJournal({ directory, allowVolatile: false, clock: systemClock });
  for (let at = 0; at < events.length; at += EVENTS_A_COMMIT) {
    journal.commit({ pods: [], resumePoints: [], events: events.slice(at, at + EVENTS_A_COMMIT) });
  }
  const done = Promise.withResolvers<void>();
  let stored = 0;
  const target = targetAt(url);
  const dispatcher = createDispatcher({
    store: {
      ...journal,
      recordOutcomes(records) {
        journal.recordOutcomes(records);
        stored += records.filter(({ next }) => next.kind === 'delivered').length;
        if (stored === events.length) done.resolve();
      },
    },
    clock: systemClock,
    random: Math.random,
    observer: { onAttempt() {} },
    onDisabled: () => done.reject(new Error('the receiver ended its subscription')),
    onStoreError: done.reject,
  });
  const sender = createWebhookSender(target, { clock: systemClock, version: 'bench' });
  const startMs = performance.now();
  dispatcher.add({ target, sender });
  await done.promise;
  const ms = performance.now() - startMs;
  await dispatcher.stop({ drainMs: 1_000 });
  journal.close();
  return ms;
}

/** The floor: the same bytes to the same receiver over a bare undici Pool. */
export async function runBarePosts(url: string, bodies: readonly Uint8Array[]): Promise<number> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONCURRENCY, pipelining: 1, allowH2: false });
  const headers = { 'content-type': EVENT_MEDIA_TYPE };
  let next = 0;
  const post = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const answer = await pool.request({ method: 'POST', path: pathname, headers, body });
      await answer.body.dump();
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, post));
  const ms = performance.now() - startMs;
  await pool.close();
  return ms;
}

export function targetAt(url: string, name = SUBSCRIPTION): WebhookTarget {
  return {
    kind: 'webhook',
    name,
    url,
    secrets: [parseSigningSecret(SIGNING_SECRET)],
    allowHttp: true,
    concurrency: CONCURRENCY,
    timeoutMs: 15_000,
    schedule: [1_000],
    ordering: 'none',
    dropExpired: false,
  };
}
