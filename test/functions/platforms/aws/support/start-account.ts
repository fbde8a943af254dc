import { startAwsServer } from './aws-server.ts';
import { createFakeDynamoDb } from './fake-dynamodb.ts';
import { type BusEvent, createFakeEventBridge } from './fake-eventbridge.ts';
import { secretOperations } from './fake-secrets.ts';
import { createFakeSqs } from './fake-sqs.ts';
import { TABLES } from './tables.ts';

export const BUS = 'offhook';
export const RETRY_QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/offhook-retry';
export const DEAD_LETTER_QUEUE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/offhook-dead-letters';
export const SIGNING_SECRET_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:signing-AbCdEf';
export const PAGE_TOKEN_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:page-AbCdEf';

/** All fakes of one AWS account behind one endpoint, and the variables of functions that use them. */
export async function startAccount(
  secrets: Readonly<Record<string, string | Uint8Array>>,
  onBusEvent: (event: BusEvent) => void = () => {},
) {
  // The SDK looks for these in the process; nothing real is reached with them.
  process.env.AWS_ACCESS_KEY_ID ??= 'test';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'test';
  const dynamoDb = createFakeDynamoDb(TABLES);
  const bus = createFakeEventBridge(BUS, onBusEvent);
  const sqs = createFakeSqs([RETRY_QUEUE, DEAD_LETTER_QUEUE]);
  const server = await startAwsServer({
    ...dynamoDb.operations,
    ...bus.operations,
    ...sqs.operations,
    ...secretOperations(secrets),
  });
  const variables = {
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL: server.endpoint,
    OFFHOOK_SIGNING_SECRET_ARN: SIGNING_SECRET_ARN,
    EVENT_BUS_NAME: BUS,
    CLAIMS_TABLE: 'claims',
    AUDIT_TABLE: 'audit',
    RETRY_QUEUE_URL: RETRY_QUEUE,
    DEAD_LETTER_QUEUE_URL: DEAD_LETTER_QUEUE,
  };
  return { server, variables, dynamoDb, bus, sqs, close: server.close };
}
