import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Clock, systemClock } from '../../../../settings/ambient/clock.ts';
import type { AuditStore } from '../../../audit/audit-store.ts';
import { createAuditTable } from './audit-table.ts';
import { createChainTurns } from './chain-turn.ts';
import { createDynamoDbAuditReader } from './dynamodb-audit-reader.ts';
import { createDynamoDbChainStore } from './dynamodb-chain-store.ts';
import { createDynamoDbHandlerFailures } from './dynamodb-handler-failures.ts';
import { createDynamoDbTimeline } from './dynamodb-timeline.ts';
import { createStreamRegistry } from './stream-registry.ts';
import { createTransactionActions } from './transaction-actions.ts';

/** @property random 0 to 1. */
type AuditStoreOptions = {
  readonly clock?: Clock;
  readonly random?: () => number;
};

/**
 * The audit trail in one DynamoDB table; `audit-keys.ts` says how it is laid out.
 *
 * @param tableName a table with the keys `pk` and `sk` and the indexes `by-time` (`day`, `at`) and `by-pod` (`pod`,
 *   `at`), both with `stream`, `position`, `previousHash`, `hash` and `content` projected.
 */
export function createDynamoDbAuditStore(
  client: Pick<DynamoDBClient, 'send'>,
  tableName: string,
  { clock = systemClock, random = Math.random }: AuditStoreOptions = {},
): AuditStore {
  const table = createAuditTable(client, tableName, clock);
  const registry = createStreamRegistry(table);
  const actions = createTransactionActions(tableName);
  const turns = createChainTurns({ table, actions, clock, random });
  return {
    chains: createDynamoDbChainStore({ table, actions, registry, turns }),
    reader: createDynamoDbAuditReader(table, registry),
    timeline: createDynamoDbTimeline(table, registry),
    failures: createDynamoDbHandlerFailures(table, registry),
  };
}
