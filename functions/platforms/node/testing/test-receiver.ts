import { DatabaseSync } from 'node:sqlite';
import type { LifecycleEvent } from '../../../../protocol/event/lifecycle-event.ts';
import { serialiseEvent } from '../../../../protocol/event/serialise-event.ts';
import { EVENT_MEDIA_TYPE } from '../../../../protocol/http/event-media-type.ts';
import { EVENTS_PATH } from '../../../../protocol/http/receiver-paths.ts';
import { TRACEPARENT } from '../../../../protocol/http/traceparent.ts';
import { generateSecret } from '../../../../protocol/signature/keygen.ts';
import { signWebhook } from '../../../../protocol/signature/sign-webhook.ts';
import { createVerifier } from '../../../../protocol/signature/verify.ts';
import { type Clock, systemClock } from '../../../../settings/ambient/clock.ts';
import { platformAmbient } from '../../../ambient/ambient.ts';
import { createLog } from '../../../ambient/log.ts';
import { createStrays } from '../../../consumer/strays.ts';
import type { RegisterHandlers } from '../../../hooks/register-handlers.ts';
import { createCounters } from '../../../ingress/counters.ts';
import { createRunner } from '../../../runner.ts';
import type { HandlerRun } from '../../../timeline/run-log.ts';
import { RETENTION_MS } from '../../../variables/claim-retention.ts';
import { createNodeReceiver } from '../receive.ts';
import { openNodeStores } from '../stores.ts';
import { catchThrown } from './catch-thrown.ts';
import { type QueueParts, settleDue } from './settle-due.ts';

/**
 * @property vars what handlers read as `env.vars`. @default none
 * @property fetch what `ctx.fetch` calls. By default nothing is reached: a call rejects and says so.
 * @property startMs wall time at the beginning; it stands still but for `advance`. @default now
 */
export type TestReceiverOptions = {
  readonly vars?: Readonly<Record<string, string>>;
  readonly fetch?: typeof fetch;
  readonly startMs?: number;
};

/** @property traceparent the W3C trace context that comes with it. @default none */
export type DeliverOptions = { readonly traceparent?: string };

/**
 * What became of a delivery.
 *
 * @property status what the sender was answered: 202, or 200 for an event that was delivered before.
 * @property runs that ended since, in the order in which they did.
 * @property error what handlers threw, all of it; null when none did.
 */
export type Delivered = {
  readonly status: number;
  readonly runs: readonly HandlerRun[];
  readonly error: AggregateError | null;
};

/** A receiver in memory. */
export type TestReceiver = {
  /** Names of the registered handlers. */
  readonly handlers: readonly string[];
  /** Signs and delivers an event as a watcher does, and runs whatever is due. */
  deliver(event: LifecycleEvent, options?: DeliverOptions): Promise<Delivered>;
  /** Moves the time on, by as much as a retry has to wait, and runs what is due then. */
  advance(ms: number): Promise<Omit<Delivered, 'status'>>;
  /** The receiver as it is on the web: `POST /events`, `GET /healthz`, the audit trail. */
  fetch(request: Request): Promise<Response>;
  /** Events whose handlers gave up, and why. */
  deadLetters(): readonly { readonly body: Uint8Array; readonly reason: string }[];
  close(): void;
};

const MOST_WAITING = 1_000;
const CONCURRENCY = 16;

/**
 * A receiver with handlers, whole but for its socket and its file: the events are signed and verified, claims, retries,
 * dead letters and audit trail are those of the receiver on Node, in a database in memory. No login, no network.
 *
 * @throws whatever `registerHandlers` throws.
 * @example
 * const receiver = await createTestReceiver(registerHandlers);
 * const { runs } = await receiver.deliver(await event('postStop', { exit: { code: 137 } }));
 */
export async function createTestReceiver(
  registerHandlers: RegisterHandlers,
  options: TestReceiverOptions = {},
): Promise<TestReceiver> {
  const { vars = {}, fetch = unreachable, startMs = systemClock.nowMs() } = options;
  let nowMs = startMs;
  const clock: Clock = { ...systemClock, nowMs: () => nowMs };
  const ambient = platformAmbient({ clock, fetch, log: createLog(() => {}) });
  const database = new DatabaseSync(':memory:');
  const sizes = { maxWaiting: MOST_WAITING, concurrency: CONCURRENCY, retentionMs: RETENTION_MS };
  const stores = openNodeStores(database, sizes, ambient);
  const caught = catchThrown(registerHandlers);
  const ended: HandlerRun[] = [];
  const runner = await createRunner(
    stores,
    { registerHandlers: caught.registerHandlers, vars },
    { ...ambient, strays: createStrays(), onRun: (run) => ended.push(run) },
  );
  const { secret } = await generateSecret('v1');
  const { app } = createNodeReceiver(
    stores,
    { verifier: await createVerifier({ keys: [secret] }), page: {}, retentionMs: RETENTION_MS },
    {
      ...ambient,
      counters: createCounters(),
      pump: { wake: () => {}, stored: () => {}, passes: () => false, passed: () => {} },
    },
  );
  const parts: QueueParts = { queue: stores.queue, consume: runner.consume, clock };

  const settled = async () => {
    await settleDue(parts);
    return { runs: ended.splice(0), error: caught.take() };
  };
  return {
    handlers: runner.handlers,
    deliver: async (event, { traceparent } = {}) => {
      const request = await signedRequest(event, secret, nowMs);
      if (traceparent !== undefined) request.headers.set(TRACEPARENT, traceparent);
      const response = await app.fetch(request);
      if (response.status >= 300) throw new Error(`the receiver refused the event: ${await response.text()}`);
      return { status: response.status, ...(await settled()) };
    },
    advance: async (ms) => {
      nowMs += ms;
      return settled();
    },
    fetch: async (request) => app.fetch(request),
    deadLetters: () => stores.queue.deadLetters().map(({ message: { body }, reason }) => ({ body, reason })),
    close: () => database.close(),
  };
}

async function signedRequest(event: LifecycleEvent, secret: string, nowMs: number): Promise<Request> {
  const body = serialiseEvent(event);
  const message = { id: event.id, timestampSeconds: Math.floor(nowMs / 1_000), body };
  const headers = { ...(await signWebhook(message, [secret])), 'content-type': EVENT_MEDIA_TYPE };
  return new Request(`http://receiver.test${EVENTS_PATH}`, { method: 'POST', headers, body });
}

const unreachable: typeof fetch = async () => {
  throw new TypeError('nothing is reached in a test: give createTestReceiver a fetch that answers');
};
