import type { Ambient } from '../../ambient/ambient.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createSqlAuditStore } from '../../audit/sql/sql-audit-store.ts';
import { registerAll } from '../../handlers/register-all.ts';
import type { RegisterHandlers } from '../../hooks/register-handlers.ts';
import { createReceiver, type ReceiverAmbient } from '../../receiver.ts';
import type { AuditTrail } from '../../timeline/audit-entry.ts';
import type { RerunLog } from '../../timeline/rerun-log.ts';
import { retentionHints, retentionMs } from '../../variables/claim-retention.ts';
import { readPageOptions } from '../../variables/page-variables.ts';
import { createVariableVerifier } from '../../variables/signing-keys.ts';
import { createKeptReceiver } from '../kept-receiver.ts';
import { createBoundAttempts } from './bound-attempts.ts';
import { createDurableObjectClaims } from './claims/durable-object-claims.ts';
import { createD1Sql } from './d1-sql.ts';
import { createEventDoor } from './event-door.ts';
import { createQueueHandoff, QUEUE_BODY_LIMIT_BYTES } from './queue.ts';
import { variablesOf, type WorkerEnv } from './worker-env.ts';

/** For handlers that are registered to be looked at. */
const KEEPS_NOTHING: AuditTrail = { append: async () => {} };

/** The Worker's `fetch`: the receiver, built at the first request of an isolate. */
export function createWorkerReceiver(registerHandlers: RegisterHandlers, ambient: ReceiverAmbient & Ambient) {
  const { log } = ambient;
  const kept = createKeptReceiver(build, { shared: false, log });
  return async function receive(request: Request, env: WorkerEnv): Promise<Response> {
    return (await kept(env)).fetch(request);
  };

  async function build(env: WorkerEnv) {
    const verifier = await createVariableVerifier('OFFHOOK_SIGNING_SECRET', env.OFFHOOK_SIGNING_SECRET);
    const vars = variablesOf(env);
    // For what is wrong with them: each batch of the queue registers its own.
    const trial = { vars, audit: KEEPS_NOTHING, now: ambient.clock.nowMs };
    const { warnings } = await registerAll(registerHandlers, trial, { clock: ambient.clock });
    for (const warning of [...warnings, ...retentionHints(env)]) log.warn(warning);
    const claims = createDurableObjectClaims(env.CLAIMS);
    const { chains, reader, timeline, failures } = createSqlAuditStore(createD1Sql(env.AUDIT));
    // One each: appends are grouped, and one invocation must not wait for what another one does.
    const reruns: RerunLog = {
      recordReruns: (all) => createAuditTrail({ ...ambient, store: chains }).recordReruns(all),
    };
    const receiver = createReceiver(
      {
        handoff: createQueueHandoff(env.EVENTS),
        receipts: claims,
        intake: claims,
        claims,
        timeline,
        failures,
        reruns,
        audit: reader,
        ...(env.WATCHER && { attempts: createBoundAttempts(env.WATCHER, log) }),
      },
      {
        verifier,
        page: readPageOptions(vars),
        maxBodyBytes: QUEUE_BODY_LIMIT_BYTES,
        retentionMs: retentionMs(env),
      },
      ambient,
    );
    return createEventDoor(receiver);
  }
}
