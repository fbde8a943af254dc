import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { Ambient } from '../../ambient/ambient.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createSqlChainStore } from '../../audit/sql/sql-chain-store.ts';
import type { Strays } from '../../consumer/strays.ts';
import type { RegisterHandlers } from '../../hooks/register-handlers.ts';
import type { HandoffMessage } from '../../ingress/handoff.ts';
import { createRunner } from '../../runner.ts';
import { retentionMs } from '../../variables/claim-retention.ts';
import type { QueueBatch } from './bindings.ts';
import { createDurableObjectClaims } from './claims/durable-object-claims.ts';
import { createD1Sql } from './d1-sql.ts';
import { createQueueConsumer } from './queue.ts';
import { variablesOf, type WorkerEnv } from './worker-env.ts';

/** Before events that no handler could be registered for come again; the queue brings them fifty times. */
const NOT_READY_DELAY_SECONDS = 300;

/**
 * The Worker's `queue`: runs the handlers. They are registered anew for each batch, because appends to the audit trail
 * are grouped, and one invocation must not wait for what another one does.
 */
export function createWorkerRunner(
  registerHandlers: RegisterHandlers,
  ambient: Ambient & { readonly strays: Strays },
) {
  const { log } = ambient;
  return async function run(batch: QueueBatch<HandoffMessage>, env: WorkerEnv): Promise<void> {
    const settleMessage = await readyConsumer(env);
    if (settleMessage === null) batch.retryAll({ delaySeconds: NOT_READY_DELAY_SECONDS });
    else await Promise.all(batch.messages.map(settleMessage));
  };

  async function readyConsumer(env: WorkerEnv) {
    try {
      // The claims read it, too, and could only fail.
      retentionMs(env);
      const audit = createAuditTrail({ ...ambient, store: createSqlChainStore(createD1Sql(env.AUDIT)) });
      const stores = { audit, claims: createDurableObjectClaims(env.CLAIMS) };
      const consumer = await createRunner(stores, { registerHandlers, vars: variablesOf(env) }, ambient);
      return createQueueConsumer({ consumer, deadLetters: env.DEAD_LETTERS, log });
    } catch (error) {
      log.error({ cause: describeError(error) }, 'the handlers are not ready');
      return null;
    }
  }
}
