import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Variables } from './variables/require-variables.ts';

/**
 * Every call: three attempts of at most two seconds, so that a sender that waits 15 seconds gets an answer.
 * `standard`, because the adaptive mode holds calls back for many seconds once it has been throttled. Without
 * `throwOnRequestTimeout` the SDK only logs a warning when a request takes too long.
 */
const PATIENCE = {
  maxAttempts: 3,
  retryMode: 'standard',
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
} as const;

/**
 * The SDK's clients, created once per container. Region, credentials and endpoints are found by the SDK in its usual
 * places; `AWS_REGION` and `AWS_ENDPOINT_URL` of the given variables come first.
 */
export function createClients({ AWS_REGION, AWS_ENDPOINT_URL }: Variables) {
  const settings = {
    ...PATIENCE,
    ...(AWS_REGION ? { region: AWS_REGION } : {}),
    ...(AWS_ENDPOINT_URL ? { endpoint: AWS_ENDPOINT_URL } : {}),
  };
  return {
    dynamoDb: () => new DynamoDBClient(settings),
    eventBridge: () => new EventBridgeClient(settings),
    sqs: () => new SQSClient(settings),
    secretsManager: () => new SecretsManagerClient(settings),
  };
}
