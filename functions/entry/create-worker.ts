import type { D1Database, MessageBatch, Queue } from '@cloudflare/workers-types';
import { createVerifier } from '../../protocol/signature/verify.ts';
import { createApp } from '../app.ts';
import { createD1Sql } from '../audit/d1-sql.ts';
import { createSqlAuditStore } from '../audit/sql-audit-store.ts';
import { createConsumer } from '../consumer/consumer.ts';
import { describeError } from '../describe-error.ts';
import type { RegisterHandlers } from '../handlers/register.ts';
import {
  createQueueConsumer,
  createQueueHandoff,
  type DeadLetter,
  QUEUE_BODY_LIMIT_BYTES,
} from '../handoff/cloudflare-queue.ts';
import { createHooks } from '../hooks/hooks.ts';
import { createCounters } from '../ingress/counters.ts';
import type { HandoffMessage } from '../ingress/handoff.ts';
import { createJsonLog, type Log } from '../log.ts';
import { createPageAccess } from '../page/access.ts';
import { type ClaimsNamespace, createDurableObjectClaims } from '../store/durable-object-claims.ts';
import { platformTimer } from '../timer.ts';
import { signingKeys } from './signing-keys.ts';

/** The bindings and variables of `wrangler.toml`. Variables that handlers use come as further strings. */
export type WorkerEnv = {
  readonly EVENTS: Queue<HandoffMessage>;
  readonly DEAD_LETTERS: Queue<DeadLetter>;
  readonly CLAIMS: ClaimsNamespace;
  readonly AUDIT: D1Database;
  /** `whsec_…` or `whpk_…`, several for rotation. */
  readonly OFFHOOK_SIGNING_SECRET?: string;
  readonly PAGE_TOKEN?: string;
  /** `true` shows the page without a token: for a receiver on loopback only. */
  readonly PAGE_OPEN?: string;
};

/**
 * The Worker: its `fetch` is the receiver, its `queue` runs the handlers. The app is built at the first request of
 * an isolate; if that fails (a missing secret) every request answers 500 and the log says why.
 *
 * @param now milliseconds since the epoch.
 */
export function createWorker(registerHandlers: RegisterHandlers, now: () => number = Date.now) {
  const log = createJsonLog((level, line) => console[level](line));
  let app: ReturnType<typeof buildApp> | undefined;
  let settleMessage: ReturnType<typeof buildConsumer> | undefined;
  return {
    fetch: async (request: Request, env: WorkerEnv): Promise<Response> => {
      try {
        app ??= buildApp(env, { log, now });
        return await (await app).fetch(request);
      } catch (error) {
        log.error('the receiver is not configured', { cause: describeError(error) });
        const body = { error: 'not_configured', message: 'the receiver is not configured; its log says why' };
        return Response.json(body, { status: 500 });
      }
    },
    queue: async (batch: MessageBatch<HandoffMessage>, env: WorkerEnv): Promise<void> => {
      settleMessage ??= buildConsumer(env, registerHandlers, { log, now });
      await Promise.all(batch.messages.map(settleMessage));
    },
  };
}

type Ambient = { readonly log: Log; readonly now: () => number };

async function buildApp(env: WorkerEnv, { log, now }: Ambient) {
  const keys = signingKeys('OFFHOOK_SIGNING_SECRET', env.OFFHOOK_SIGNING_SECRET);
  return createApp({
    verifier: await createVerifier({ keys }),
    handoff: createQueueHandoff(env.EVENTS),
    receipts: createDurableObjectClaims(env.CLAIMS),
    timeline: createSqlAuditStore(createD1Sql(env.AUDIT)),
    page: createPageAccess({ token: env.PAGE_TOKEN ?? '', open: env.PAGE_OPEN === 'true' }),
    counters: createCounters(),
    log,
    now,
    maxBodyBytes: QUEUE_BODY_LIMIT_BYTES,
  });
}

function buildConsumer(env: WorkerEnv, registerHandlers: RegisterHandlers, { log, now }: Ambient) {
  const store = createSqlAuditStore(createD1Sql(env.AUDIT));
  const hooks = createHooks();
  registerHandlers(hooks, { vars: stringsOf(env), audit: store, now });
  const consumer = createConsumer({
    handlers: hooks,
    claims: createDurableObjectClaims(env.CLAIMS),
    runs: store,
    log,
    now,
    timer: platformTimer,
    // Called as a plain function: on Workers a detached `fetch` loses its `this` and throws.
    fetch: (input, init) => fetch(input, init),
  });
  return createQueueConsumer({ consumer, deadLetters: env.DEAD_LETTERS, log });
}

function stringsOf(env: WorkerEnv): Record<string, string> {
  const strings = Object.entries(env).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(strings);
}
