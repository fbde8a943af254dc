import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { type Ambient, platformAmbient } from '../../ambient/ambient.ts';
import { createAuditTrail } from '../../audit/audit-trail.ts';
import { createCounters } from '../../ingress/counters.ts';
import { createReceiver } from '../../receiver.ts';
import { retentionHints, retentionMs } from '../../variables/claim-retention.ts';
import { readPageOptions } from '../../variables/page-variables.ts';
import { createVariableVerifier } from '../../variables/signing-keys.ts';
import { createKeptReceiver } from '../kept-receiver.ts';
import { createDynamoDbAuditStore } from './audit/dynamodb-audit-store.ts';
import { checkBody } from './check-body.ts';
import { createDynamoDbClaims } from './claims/dynamodb-claims.ts';
import { createClients } from './clients.ts';
import { BUS_BODY_LIMIT_BYTES } from './queue/eventbridge-detail.ts';
import { createEventBridgeHandoff } from './queue/eventbridge-handoff.ts';
import { readSecret } from './variables/read-secret.ts';
import { requireVariables, type Variables } from './variables/require-variables.ts';

const NEEDED = ['EVENT_BUS_NAME', 'CLAIMS_TABLE', 'AUDIT_TABLE'] as const;

/** A handler of Function URL or API Gateway v2 invocations (payload format 2.0). */
export type LambdaReceiver = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * The receiver as a Lambda function: verifies, puts to the bus, answers 202. What it needs is built at the first
 * request of a container.
 *
 * | variable                             | meaning                                                        |
 * |--------------------------------------|----------------------------------------------------------------|
 * | `OFFHOOK_SIGNING_SECRET_ARN`         | secret with `whsec_…` or `whpk_…`, several for rotation         |
 * | `EVENT_BUS_NAME`                     | bus to put events on                                           |
 * | `CLAIMS_TABLE`, `AUDIT_TABLE`        | DynamoDB tables                                                |
 * | `PAGE_TOKEN_ARN`                     | secret with the page's token; without it there is no page       |
 * | `RETENTION`                          | how long an event is remembered; default `16d`                 |
 *
 * `PAGE_ALB_ARN`, `PAGE_ACCESS_TEAM` and `PAGE_ACCESS_AUDIENCE` are further ways to the page (`page-variables.ts`).
 * `OFFHOOK_SIGNING_SECRET` and `PAGE_TOKEN` take the values themselves, `PAGE_OPEN=true` shows the page on loopback: for
 * one's own machine.
 *
 * @param variables the function's environment.
 */
export function createLambdaReceiver(
  variables: Variables,
  ambient: Ambient = platformAmbient(),
): LambdaReceiver {
  const { log } = ambient;
  const receiver = createKeptReceiver(() => build(variables, ambient), { shared: true, log });

  return async function receive(event) {
    const refused = checkBody(event);
    if (refused !== undefined) {
      log.warn({ status: 400, error: 'bad_encoding' }, 'refused');
      return refused;
    }
    const answer = handle(await receiver());
    // The same event and result, declared once by AWS and once by hono.
    return (await answer(event as unknown as LambdaEvent)) as APIGatewayProxyStructuredResultV2;
  };
}

async function build(variables: Variables, ambient: Ambient) {
  const names = requireVariables(variables, NEEDED);
  const clients = createClients(variables);
  const secrets = clients.secretsManager();
  const [signingSecret, pageToken] = await Promise.all([
    readSecret(secrets, variables, 'OFFHOOK_SIGNING_SECRET'),
    readSecret(secrets, variables, 'PAGE_TOKEN'),
  ]);
  for (const hint of retentionHints(variables)) ambient.log.warn(hint);
  const remembered = { retentionMs: retentionMs(variables), clock: ambient.clock };
  const dynamoDb = clients.dynamoDb();
  const claims = createDynamoDbClaims(dynamoDb, { table: names.CLAIMS_TABLE, ...remembered });
  const { chains, reader, timeline, failures } = createDynamoDbAuditStore(dynamoDb, names.AUDIT_TABLE);
  const reruns = createAuditTrail({ ...ambient, store: chains });
  const handoff = createEventBridgeHandoff(clients.eventBridge(), names.EVENT_BUS_NAME);
  const { app } = createReceiver(
    { handoff, receipts: claims, claims, timeline, failures, reruns, audit: reader },
    {
      verifier: await createVariableVerifier('OFFHOOK_SIGNING_SECRET', signingSecret),
      page: readPageOptions({ ...variables, PAGE_TOKEN: pageToken }),
      maxBodyBytes: BUS_BODY_LIMIT_BYTES,
      retentionMs: remembered.retentionMs,
      // An invocation answers at once: what is new is told, and the reader comes again.
      liveMs: 0,
    },
    { ...ambient, counters: createCounters() },
  );
  return app;
}
