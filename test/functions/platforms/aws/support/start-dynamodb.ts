import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startAwsServer } from './aws-server.ts';
import { createFakeDynamoDb } from './fake-dynamodb.ts';
import { TABLES } from './tables.ts';

/** A fake DynamoDB with both tables, and a client of it that repeats nothing by itself unless told to. */
export async function startDynamoDb({ maxAttempts = 1 } = {}) {
  const fake = createFakeDynamoDb(TABLES);
  const server = await startAwsServer(fake.operations);
  const client = new DynamoDBClient({
    endpoint: server.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts,
    requestHandler: { requestTimeout: 1_000, throwOnRequestTimeout: true },
  });
  const close = async () => {
    client.destroy();
    await server.close();
  };
  return { ...server, tables: fake.tables, stopIndexes: fake.stopIndexes, client, close };
}
