import type { SQSBatchResponse } from 'aws-lambda';
import type { Verifier } from '../../../protocol/signature/verify.ts';
import { describeError } from '../../../settings/ambient/describe-error.ts';
import { type Ambient, platformAmbient } from '../../ambient/ambient.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createStrays } from '../../consumer/strays.ts';
import { withLargerHandlers } from '../../handlers/larger-handlers.ts';
import type { RegisterHandlers } from '../../hooks/register-handlers.ts';
import { createRunner, type RunnerAmbient } from '../../runner.ts';
import { retentionMs } from '../../variables/claim-retention.ts';
import { createVariableVerifier } from '../../variables/signing-keys.ts';
import { builtOnce } from '../built-once.ts';
import { catchProcessStrays } from '../process-strays.ts';
import { createDynamoDbAuditStore } from './audit/dynamodb-audit-store.ts';
import { createDynamoDbClaims } from './claims/dynamodb-claims.ts';
import { createClients } from './clients.ts';
import { createEventBridgeTarget } from './queue/eventbridge-target.ts';
import { createSqsRetryQueue } from './queue/sqs-retry-queue.ts';
import type { TargetInput } from './queue/target-input.ts';
import { readHandlerVariables } from './variables/read-handler-variables.ts';
import { readSecret } from './variables/read-secret.ts';
import { requireVariables, type Variables } from './variables/require-variables.ts';

const NEEDED = ['CLAIMS_TABLE', 'AUDIT_TABLE', 'RETRY_QUEUE_URL', 'DEAD_LETTER_QUEUE_URL'] as const;

/** What Lambda calls for the rules' target and the retry queue: with a batch, it answers which messages failed. */
export type LambdaRunner = (input: TargetInput) => Promise<SQSBatchResponse | undefined>;

/**
 * The target of the bus's rule and of the retry queue as a Lambda function: runs the handlers. It is built at the first
 * invocation of a container; if that fails (a missing variable, a handler with bad options) the invocation fails, and
 * Lambda or SQS comes back with the event.
 *
 * | variable                                    | meaning                                          |
 * |---------------------------------------------|--------------------------------------------------|
 * | `CLAIMS_TABLE`, `AUDIT_TABLE`               | DynamoDB tables                                  |
 * | `RETRY_QUEUE_URL`, `DEAD_LETTER_QUEUE_URL`  | SQS queues                                       |
 * | `RETENTION`                                 | how long an event is remembered; default `16d`   |
 * | `OFFHOOK_SIGNING_SECRET`, `…_ARN`           | keys that verify again what comes over the bus; without it signatures are recorded as claimed |
 * | `HANDLER_SECRETS_ARN`                       | secret with further `vars`, as a JSON object     |
 * | any other                                   | `vars` of the handlers                           |
 *
 * @param variables the function's environment.
 */
export function createLambdaRunner(
  registerHandlers: RegisterHandlers,
  variables: Variables,
  ambient: Ambient = platformAmbient(),
): LambdaRunner {
  const strays = createStrays();
  let caught = false;
  const target = builtOnce(() => build(registerHandlers, variables, { ...ambient, strays }), {
    shared: true,
  });
  return async function run(input: TargetInput) {
    // Not before: the runtime listens by now, and would end the environment, with the other runs of a batch.
    if (!caught) catchProcessStrays(strays, ambient.log);
    caught = true;
    const settleDelivery = await target().catch((error: unknown) => {
      ambient.log.error({ cause: describeError(error) }, 'the handlers are not ready');
      throw error;
    });
    return settleDelivery(input);
  };
}

async function build(
  registerHandlers: RegisterHandlers,
  variables: Variables,
  ambient: Ambient & RunnerAmbient,
) {
  const { log, clock } = ambient;
  const names = requireVariables(variables, NEEDED);
  const clients = createClients(variables);
  const dynamoDb = clients.dynamoDb();
  const { chains } = createDynamoDbAuditStore(dynamoDb, names.AUDIT_TABLE);
  const audit = createAuditTrail({ ...ambient, store: chains });
  const remembered = { retentionMs: retentionMs(variables), clock };
  const claims = createDynamoDbClaims(dynamoDb, { table: names.CLAIMS_TABLE, ...remembered });
  const vars = await readHandlerVariables(clients.secretsManager, variables);
  const handlers = { registerHandlers: withLargerHandlers(registerHandlers), vars };
  const runner = await createRunner({ audit, claims }, handlers, ambient);
  for (const warning of runner.warnings) log.warn(warning);
  const retries = createSqsRetryQueue(clients.sqs(), {
    retryQueueUrl: names.RETRY_QUEUE_URL,
    deadLetterQueueUrl: names.DEAD_LETTER_QUEUE_URL,
  });
  const verifier = await readVerifier(variables);
  return createEventBridgeTarget({ consumer: runner, verifier, retries, log });
}

/** null without keys. @throws when there are some that cannot be read or used. */
async function readVerifier(variables: Variables): Promise<Verifier | null> {
  const secrets = createClients(variables).secretsManager();
  const text = await readSecret(secrets, variables, 'OFFHOOK_SIGNING_SECRET');
  return text ? createVariableVerifier('OFFHOOK_SIGNING_SECRET', text) : null;
}
