import type { MessageBatch, Queue } from '@cloudflare/workers-types';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import { type Clock, systemClock } from '../../../settings/ambient/clock.ts';
import { describeError } from '../../../settings/ambient/describe-error.ts';
import { createPageAccess } from '../../access/guard/page-access.ts';
import { readPageOptions } from '../../access/page-options.ts';
import { createJsonLog, type Log } from '../../ambient/log.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createSqlAuditReader } from '../../audit/sql/sql-audit-reader.ts';
import { createSqlChainStore } from '../../audit/sql/sql-chain-store.ts';
import { createSqlTimeline } from '../../audit/sql/sql-timeline.ts';
import { createConsumer } from '../../consumer/consumer.ts';
import { createStrays, type Strays } from '../../consumer/strays.ts';
import { registerAll } from '../../handlers/register-all.ts';
import type { RegisterHandlers } from '../../hooks/register-handlers.ts';
import { type Counters, createCounters } from '../../ingress/counters.ts';
import type { HandoffMessage } from '../../ingress/handoff.ts';
import { createContainerStates } from '../../ordering/container-states.ts';
import { loadPageAssets } from '../../page/page-assets.ts';
import { createApp } from '../../receiver.ts';
import type { AuditTrail } from '../../timeline/audit-entry.ts';
import { retentionMs } from '../../variables/retention-seconds.ts';
import { signingKeys } from '../../variables/signing-keys.ts';
import { type ClaimsNamespace, createDurableObjectClaims } from './claims/durable-object-claims.ts';
import { createD1Sql } from './d1-sql.ts';
import { maintainWorkerAudit, type UpkeepEnv } from './maintain.ts';
import { createQueueConsumer, createQueueHandoff, type DeadLetter, QUEUE_BODY_LIMIT_BYTES } from './queue.ts';
import { catchWorkerStrays } from './worker-strays.ts';

/** The bindings and variables of `wrangler.toml`. Variables that handlers use come as further strings. */
export type WorkerEnv = UpkeepEnv & {
  readonly EVENTS: Queue<HandoffMessage>;
  readonly DEAD_LETTERS: Queue<DeadLetter>;
  readonly CLAIMS: ClaimsNamespace;
  /** `whsec_…` or `whpk_…`, several for rotation. */
  readonly OFFHOOK_SIGNING_SECRET?: string;
  readonly PAGE_TOKEN?: string;
  /** `true` shows the page without a token: for a receiver on loopback only. */
  readonly PAGE_OPEN?: string;
  /** Shows the page to whom Cloudflare Access has logged in: the team's name, and the application's AUD tag. */
  readonly PAGE_ACCESS_TEAM?: string;
  readonly PAGE_ACCESS_AUDIENCE?: string;
  /** How long claims are remembered; default 16 days. */
  readonly RETENTION_SECONDS?: string;
};

/**
 * The Worker: its `fetch` is the receiver, its `queue` runs the handlers, its
 * `scheduled` takes care of the audit trail. The app is built at the first request of
 * an isolate; if that fails (a missing secret, handlers that cannot be registered) the request answers 500, the log says
 * why, and the next one tries again.
 *
 * @param now milliseconds since the epoch.
 */
export function createWorker(registerHandlers: RegisterHandlers, clock: Clock = systemClock) {
  const log = createJsonLog((level, line) => console[level](line));
  const counters = createCounters();
  const strays = createStrays(() => counters.count('strays'));
  catchWorkerStrays(strays);
  let app: Awaited<ReturnType<typeof buildApp>> | undefined;
  return {
    fetch: async (request: Request, env: WorkerEnv): Promise<Response> => {
      try {
        // The app is kept and not its promise: a request must not wait for what another one does.
        app ??= await buildApp(env, registerHandlers, { log, clock, counters });
        return await app.fetch(request);
      } catch (error) {
        log.error({ cause: describeError(error) }, 'the receiver is not configured');
        const body = { error: 'not_configured', message: 'the receiver is not configured; its log says why' };
        return Response.json(body, { status: 500 });
      }
    },
    queue: async (batch: MessageBatch<HandoffMessage>, env: WorkerEnv): Promise<void> => {
      // Anew each time: appends are grouped, and one invocation must not wait for what another one does.
      const settleMessage = await readyConsumer(env, { log, clock, strays });
      if (settleMessage === null) batch.retryAll({ delaySeconds: NOT_READY_DELAY_SECONDS });
      else await Promise.all(batch.messages.map(settleMessage));
    },
    scheduled: async (_controller: unknown, env: WorkerEnv): Promise<void> => {
      try {
        await maintainWorkerAudit(env, { log, clock });
      } catch (error) {
        log.error({ cause: describeError(error) }, 'the audit trail could not be taken care of');
        // Shown as failed among the cron events of the dashboard.
        throw error;
      }
    },
  };

  async function readyConsumer(env: WorkerEnv, ambient: Ambient & { readonly strays: Strays }) {
    try {
      return await buildConsumer(env, registerHandlers, ambient);
    } catch (error) {
      log.error({ cause: describeError(error) }, 'the handlers are not ready');
      return null;
    }
  }
}

/** Before events that no handler could be registered for come again; the queue brings them fifty times. */
const NOT_READY_DELAY_SECONDS = 300;

/** For handlers that are registered to be looked at. */
const KEEPS_NOTHING: AuditTrail = { append: async () => {} };

type Ambient = { readonly log: Log; readonly clock: Clock };

async function buildApp(
  env: WorkerEnv,
  registerHandlers: RegisterHandlers,
  { log, clock, counters }: Ambient & { readonly counters: Counters },
) {
  const keys = signingKeys('OFFHOOK_SIGNING_SECRET', env.OFFHOOK_SIGNING_SECRET);
  // For what is wrong with them: each batch of the queue registers its own.
  const registered = await registerAll(
    registerHandlers,
    { vars: stringsOf(env), audit: KEEPS_NOTHING, now: clock.nowMs },
    clock,
  );
  for (const warning of registered.warnings) log.warn(warning);
  const claims = createDurableObjectClaims(env.CLAIMS);
  const sql = createD1Sql(env.AUDIT);
  return createApp({
    verifier: await createVerifier({ keys }),
    handoff: createQueueHandoff(env.EVENTS),
    receipts: claims,
    claims,
    timeline: createSqlTimeline(sql),
    audit: createSqlAuditReader(sql),
    page: createPageAccess(readPageOptions(stringsOf(env)), { claims, fetch: callFetch, clock }),
    assets: loadPageAssets,
    claimRetentionMs: retentionMs(env.RETENTION_SECONDS),
    counters,
    log,
    clock,
    maxBodyBytes: QUEUE_BODY_LIMIT_BYTES,
  });
}

async function buildConsumer(
  env: WorkerEnv,
  registerHandlers: RegisterHandlers,
  { log, clock, strays }: Ambient & { readonly strays: Strays },
) {
  // The claims read it, too, and could only fail.
  retentionMs(env.RETENTION_SECONDS);
  const store = createSqlChainStore(createD1Sql(env.AUDIT));
  const audit = createAuditTrail({ store, clock, random: Math.random });
  const { hooks } = await registerAll(
    registerHandlers,
    { vars: stringsOf(env), audit, now: clock.nowMs },
    clock,
  );
  const claims = createDurableObjectClaims(env.CLAIMS);
  const consumer = createConsumer({
    handlers: hooks,
    claims,
    states: createContainerStates(claims, clock),
    runs: audit,
    log,
    clock,
    fetch: callFetch,
    strays,
  });
  return createQueueConsumer({ consumer, deadLetters: env.DEAD_LETTERS, log });
}

/** As a plain function: on Workers a detached `fetch` loses its `this` and throws. */
const callFetch: typeof fetch = (input, init) => fetch(input, init);

function stringsOf(env: WorkerEnv): Record<string, string> {
  const strings = Object.entries(env).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(strings);
}
