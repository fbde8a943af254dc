import { createVerifier, type Verifier } from '../../../protocol/signature/verify.ts';
import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { Log } from '../../ambient/log.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createConsumer } from '../../consumer/consumer.ts';
import { createStrays, type StrayKind, type Strays } from '../../consumer/strays.ts';
import { withLargerHandlers } from '../../handlers/larger-handlers.ts';
import { registerAll } from '../../handlers/register-all.ts';
import type { RegisterHandlers } from '../../hooks/register-handlers.ts';
import { createContainerStates } from '../../ordering/container-states.ts';
import { retentionMs } from '../../variables/retention-seconds.ts';
import { signingKeys } from '../../variables/signing-keys.ts';
import { catchStrays } from '../catch-strays.ts';
import { createDynamoDbAuditStore } from './audit/audit-store.ts';
import { createDynamoDbClaims } from './claims/dynamodb-claims.ts';
import { createClients } from './clients.ts';
import { createEventBridgeTarget } from './queue/eventbridge-target.ts';
import { createSqsRetryQueue } from './queue/sqs.ts';
import { readHandlerVariables } from './read-handler-variables.ts';
import { readSecret } from './read-secret.ts';
import type { LambdaDeps } from './receive.ts';
import { requireVariables } from './variables.ts';

const NEEDED = ['CLAIMS_TABLE', 'AUDIT_TABLE', 'RETRY_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'] as const;

/**
 * The target of the bus's rule and of the retry queue as a Lambda function: runs the handlers. It is built at the first
 * invocation of a container; if that fails (a missing variable, a handler with bad options) the invocation fails, and
 * Lambda or SQS comes back with the event.
 *
 * | variable                                    | meaning                                          |
 * |---------------------------------------------|--------------------------------------------------|
 * | `CLAIMS_TABLE`, `AUDIT_TABLE`               | DynamoDB tables                                  |
 * | `RETRY_QUEUE_URL`, `DEAD_LETTER_QUEUE_URL`  | SQS queues                                       |
 * | `RETENTION_SECONDS`                         | how long an event is remembered; default 16 days |
 * | `OFFHOOK_SIGNING_SECRET`, `…_ARN`           | keys that verify again what comes over the bus; without it signatures are recorded as claimed |
 * | `HANDLER_SECRETS_ARN`                       | secret with further `vars`, as a JSON object     |
 * | any other                                   | `vars` of the handlers                           |
 */
export function createLambdaTarget(registerHandlers: RegisterHandlers, deps: LambdaDeps) {
  let building: ReturnType<typeof buildTarget> | undefined;
  const strays = createStrays();
  let caught = false;
  return async function handle(input: Parameters<ReturnType<typeof createEventBridgeTarget>>[0]) {
    // Not before: the runtime listens by now, and would end the environment, with the other runs of a batch.
    if (!caught) catchStrays(strays, (kind, error) => sayStray(deps.log, kind, error));
    caught = true;
    building ??= buildTarget(registerHandlers, deps, strays);
    const settleDelivery = await building.catch((error: unknown) => {
      building = undefined;
      deps.log.error({ cause: describeError(error) }, 'the handlers are not ready');
      throw error;
    });
    return settleDelivery(input);
  };
}

async function buildTarget(
  registerHandlers: RegisterHandlers,
  { variables, log, clock }: LambdaDeps,
  strays: Strays,
) {
  const names = requireVariables(variables, NEEDED);
  const clients = createClients(variables);
  const dynamoDb = clients.dynamoDb();
  const { chains } = createDynamoDbAuditStore(dynamoDb, names.AUDIT_TABLE);
  const audit = createAuditTrail({ store: chains, clock, random: Math.random });
  const vars = await readHandlerVariables(clients.secretsManager, variables);
  const env = { vars, audit, now: clock.nowMs };
  const { hooks, warnings } = await registerAll(withLargerHandlers(registerHandlers), env, clock);
  for (const warning of warnings) log.warn(warning);
  const claims = createDynamoDbClaims(dynamoDb, {
    table: names.CLAIMS_TABLE,
    retentionMs: retentionMs(variables.RETENTION_SECONDS),
    clock,
  });
  const consumer = createConsumer({
    handlers: hooks,
    claims,
    states: createContainerStates(claims, clock),
    runs: audit,
    log,
    clock,
    fetch,
    strays,
  });
  const retries = createSqsRetryQueue(clients.sqs(), {
    retryQueueUrl: names.RETRY_QUEUE_URL,
    deadLetterQueueUrl: names.DEAD_LETTER_QUEUE_URL,
  });
  return createEventBridgeTarget({ consumer, verifier: await readVerifier(variables), retries, log });
}

/** null without keys. @throws when there are some that cannot be read or used. */
async function readVerifier(variables: LambdaDeps['variables']): Promise<Verifier | null> {
  const secrets = createClients(variables).secretsManager();
  const text = await readSecret(secrets, variables, 'OFFHOOK_SIGNING_SECRET');
  return text ? createVerifier({ keys: signingKeys('OFFHOOK_SIGNING_SECRET', text) }) : null;
}

function sayStray(log: Log, kind: StrayKind, error: unknown): void {
  log.error({ cause: describeError(error) }, `stray ${kind} of no handler's run`);
}
