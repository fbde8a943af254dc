import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { createVerifier } from '../../../protocol/signature/verify.ts';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { describeError } from '../../../settings/ambient/describe-error.ts';
import { createPageAccess } from '../../access/guard/page-access.ts';
import { readPageOptions } from '../../access/page-options.ts';
import type { Log } from '../../ambient/log.ts';
import { createCounters } from '../../ingress/counters.ts';
import { loadPageAssets } from '../../page/page-assets.ts';
import { createApp } from '../../receiver.ts';
import { retentionMs } from '../../variables/retention-seconds.ts';
import { signingKeys } from '../../variables/signing-keys.ts';
import { createDynamoDbAuditStore } from './audit/audit-store.ts';
import { checkBody } from './check-body.ts';
import { createDynamoDbClaims } from './claims/dynamodb-claims.ts';
import { createClients } from './clients.ts';
import { createEventBridgeHandoff } from './queue/eventbridge.ts';
import { BUS_BODY_LIMIT_BYTES } from './queue/eventbridge-detail.ts';
import { readSecret } from './read-secret.ts';
import { requireVariables, type Variables } from './variables.ts';

/**
 * @property variables the function's environment.
 * @property now milliseconds since the epoch.
 */
export type LambdaDeps = { readonly variables: Variables; readonly log: Log; readonly clock: Clock };

const NEEDED = ['EVENT_BUS_NAME', 'CLAIMS_TABLE', 'AUDIT_TABLE'] as const;

/** A handler of Function URL or API Gateway v2 invocations (payload format 2.0). */
export type LambdaReceiver = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * The receiver as a Lambda function: verifies, puts to the bus, answers 202. What it needs is built at the first
 * request of a container; if that fails (a missing variable, an unreadable secret) the request answers 500, the log
 * says why, and the next request tries again.
 *
 * | variable                             | meaning                                                        |
 * |--------------------------------------|----------------------------------------------------------------|
 * | `OFFHOOK_SIGNING_SECRET_ARN`         | secret with `whsec_…` or `whpk_…`, several for rotation         |
 * | `EVENT_BUS_NAME`                     | bus to put events on                                           |
 * | `CLAIMS_TABLE`, `AUDIT_TABLE`        | DynamoDB tables                                                |
 * | `PAGE_TOKEN_ARN`                     | secret with the page's token; without it there is no page       |
 * | `RETENTION_SECONDS`                  | how long an event is remembered; default 16 days               |
 *
 * `PAGE_ALB_ARN`, `PAGE_ACCESS_TEAM` and `PAGE_ACCESS_AUDIENCE` are further ways to the page (`page-options.ts`).
 * `OFFHOOK_SIGNING_SECRET` and `PAGE_TOKEN` take the values themselves, `PAGE_OPEN=true` shows the page on loopback: for
 * one's own machine.
 */
export function createLambdaReceiver(deps: LambdaDeps): LambdaReceiver {
  const { log } = deps;
  let building: ReturnType<typeof buildApp> | undefined;

  return async function receive(event) {
    const refused = checkBody(event);
    if (refused !== undefined) {
      log.warn({ status: 400, error: 'bad_encoding' }, 'refused');
      return refused;
    }
    try {
      building ??= buildApp(deps);
      const answer = handle(await building);
      // The same event and result, declared once by AWS and once by hono.
      return (await answer(event as unknown as LambdaEvent)) as APIGatewayProxyStructuredResultV2;
    } catch (error) {
      building = undefined;
      log.error({ cause: describeError(error) }, 'the receiver is not configured');
      return notConfigured();
    }
  };
}

async function buildApp({ variables, log, clock }: LambdaDeps) {
  const names = requireVariables(variables, NEEDED);
  const [signingSecret, token] = await readSecrets(variables);
  const keys = signingKeys('OFFHOOK_SIGNING_SECRET', signingSecret);
  const clients = createClients(variables);
  const dynamoDb = clients.dynamoDb();
  const remembered = { retentionMs: retentionMs(variables.RETENTION_SECONDS), clock };
  const claims = createDynamoDbClaims(dynamoDb, { table: names.CLAIMS_TABLE, ...remembered });
  const { reader, timeline } = createDynamoDbAuditStore(dynamoDb, names.AUDIT_TABLE);
  const pageOptions = readPageOptions({ ...variables, PAGE_TOKEN: token });
  return createApp({
    verifier: await createVerifier({ keys }),
    handoff: createEventBridgeHandoff(clients.eventBridge(), names.EVENT_BUS_NAME),
    receipts: claims,
    claims,
    claimRetentionMs: remembered.retentionMs,
    timeline,
    audit: reader,
    page: createPageAccess(pageOptions, { claims, fetch, clock }),
    assets: loadPageAssets,
    // An invocation answers at once: what is new is told, and the reader comes again.
    liveMs: 0,
    counters: createCounters(),
    log,
    clock,
    maxBodyBytes: BUS_BODY_LIMIT_BYTES,
  });
}

function readSecrets(variables: Variables) {
  const client = createClients(variables).secretsManager();
  const read = (name: string) => readSecret(client, variables, name);
  return Promise.all([read('OFFHOOK_SIGNING_SECRET'), read('PAGE_TOKEN')]);
}

function notConfigured(): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: 500,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      error: 'not_configured',
      message: 'the receiver is not configured; its log says why',
    }),
  };
}
