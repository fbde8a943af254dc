import { createDynamoDbAuditStore } from '../../../../functions/platforms/aws/audit/dynamodb-audit-store.ts';
import { dynamoDbTampering } from '../../audit/store/attacks/dynamodb-tampering.ts';
import { auditStoreSuite } from '../../audit/store/audit-store-suite.ts';
import { startDynamoDb } from './support/start-dynamodb.ts';

auditStoreSuite('DynamoDB', async () => {
  const { client, tables, close } = await startDynamoDb();
  const tampering = dynamoDbTampering(tables.get('audit') ?? new Map());
  return { ...createDynamoDbAuditStore(client, 'audit'), tampering, close };
});
