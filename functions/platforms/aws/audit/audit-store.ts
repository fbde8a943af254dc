import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Clock, systemClock } from '../../../../settings/ambient/clock.ts';
import type { AuditStore } from '../../../audit/audit-store.ts';
import { createActions } from './actions.ts';
import { createDynamoDbAuditReader } from './audit-reader.ts';
import { createAuditTable } from './audit-table.ts';
import { createDynamoDbChainStore } from './chain-store.ts';
import { createChainTurns } from './chain-turn.ts';
import { createRegistry } from './registry.ts';
import { createDynamoDbTimeline } from './timeline.ts';

/** @property random 0 to 1. */
export type AuditStoreOptions = {
  readonly clock?: Clock;
  readonly random?: () => number;
};

/**
 * The audit trail in one DynamoDB table; `keys.ts` says how it is laid out.
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
  const registry = createRegistry(table);
  const actions = createActions(tableName);
  const turns = createChainTurns({ table, actions, clock, random });
  return {
    chains: createDynamoDbChainStore({ table, actions, registry, turns }),
    reader: createDynamoDbAuditReader(table, registry),
    timeline: createDynamoDbTimeline(table, registry),
  };
}
