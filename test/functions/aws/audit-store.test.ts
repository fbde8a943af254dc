import { createDynamoDbAuditStore } from '../../../functions/audit/dynamodb/audit-store.ts';
import { auditStoreSuite } from '../audit-store/audit-store-suite.ts';
import { startDynamoDb } from '../support/aws/start-dynamodb.ts';

auditStoreSuite('DynamoDB', async () => {
  const { client, close } = await startDynamoDb();
  return { ...createDynamoDbAuditStore(client, 'audit'), close };
});
