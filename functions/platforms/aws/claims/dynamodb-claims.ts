import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { ClaimKey, ClaimStore } from '../../../consumer/claim-store.ts';
import type { Deliveries, EventKey, Receipts } from '../../../ingress/receipts.ts';
import type { ContainerStateStore } from '../../../ordering/container-states.ts';
import type { Item } from '../dynamodb/dynamodb-item.ts';
import { createVersionedItems, type VersionedItems } from '../dynamodb/versioned-items.ts';
import { type ClaimState, completed, decideClaim, failed, recorded, reopened } from './claim-transitions.ts';
import { createDynamoDbStates } from './dynamodb-container-states.ts';

/**
 * @property table its partition key is `pk` (text), its TTL attribute `expiresAt`; no sort key, no index.
 * @property retentionMs how long receipts, claims and states are remembered after they last changed.
 * @property now milliseconds since the epoch.
 */
type DynamoDbClaimsOptions = {
  readonly table: string;
  readonly retentionMs: number;
  readonly clock: Clock;
};

/**
 * Receipts, claims and the states of containers in one DynamoDB table:
 *
 * | `pk`                            | attributes                                                       |
 * |---------------------------------|------------------------------------------------------------------|
 * | `event#<event id>`              | `count`, `firstAtMs`, `lastAtMs`, `told` (the fingerprint)        |
 * | `claim#<event id>#<handler>`    | `state`, `attempt`, `untilMs`, `openedAfter`, `runs` (JSON)      |
 * | `state#<stream>#<partition key>` | `stateVersion`, `state`                                        |
 *
 * Each also has `version` and `expiresAt`. Reads are strongly consistent and writes conditional, so of many who ask for
 * a claim at once one gets it.
 */
export function createDynamoDbClaims(
  client: Pick<DynamoDBClient, 'send'>,
  { table, retentionMs, clock }: DynamoDbClaimsOptions,
): ClaimStore & Receipts & ContainerStateStore {
  const items = createVersionedItems(client, { table, ttlMs: retentionMs, clock });
  return { ...receiptsIn(items), ...claimsIn(items), ...createDynamoDbStates(items) };
}

function receiptsIn(items: VersionedItems): Receipts {
  const pkOf = ({ eventId }: EventKey) => `event#${eventId}`;
  return {
    repeats: (key, nowMs) =>
      items.change(pkOf(key), nowMs, (item) => {
        if (item === null) return { next: null, result: false };
        return { next: { ...item, count: Number(item.count) + 1, lastAtMs: nowMs }, result: true };
      }),
    told: async (key) => {
      const told = (await items.read(pkOf(key)))?.told;
      return typeof told === 'string' ? told : null;
    },
    add: (key, nowMs, told) =>
      items.change(pkOf(key), nowMs, (item) => ({
        next: item === null ? { ...firstDelivery(nowMs), ...(told !== undefined && { told }) } : null,
        result: undefined,
      })),
    deliveries: async (key) => deliveriesOf(await items.read(pkOf(key))),
  };
}

function claimsIn(items: VersionedItems): ClaimStore {
  const pkOf = ({ eventId, handler }: ClaimKey) => `claim#${eventId}#${handler}`;
  return {
    claim: (key, leaseMs, nowMs) =>
      items.change(pkOf(key), nowMs, (item) => {
        const { claim, next } = decideClaim(stateOf(item), leaseMs, nowMs);
        return { next: next && itemOf(next), result: claim };
      }),
    complete: (key, run, nowMs) =>
      items.change(pkOf(key), nowMs, (item) => ({
        next: itemOf(completed(stateOf(item), run)),
        result: undefined,
      })),
    fail: (key, run, retryAtMs) =>
      items.change(pkOf(key), null, (item) => {
        const next = failed(stateOf(item), run, retryAtMs);
        return { next: next && itemOf(next), result: undefined };
      }),
    recorded: (key, attempts) =>
      items.change(pkOf(key), null, (item) => {
        const next = recorded(stateOf(item), attempts);
        return { next: next && itemOf(next), result: undefined };
      }),
    reopen: (key, nowMs) =>
      items.change(pkOf(key), nowMs, (item) => {
        const next = reopened(stateOf(item));
        return { next: next && itemOf(next), result: next !== null };
      }),
  };
}

function firstDelivery(nowMs: number) {
  return { count: 1, firstAtMs: nowMs, lastAtMs: nowMs };
}

function deliveriesOf(item: Item | null): Deliveries | null {
  if (item === null) return null;
  return {
    count: Number(item.count),
    firstAtMs: Number(item.firstAtMs),
    lastAtMs: Number(item.lastAtMs),
  };
}

function stateOf(item: Item | null): ClaimState | null {
  if (item === null) return null;
  const { state, attempt, untilMs, openedAfter, runs } = item;
  return {
    state: state as ClaimState['state'],
    attempt: Number(attempt),
    untilMs: Number(untilMs),
    openedAfter: Number(openedAfter),
    // Items of an earlier version have none.
    runs: typeof runs === 'string' ? JSON.parse(runs) : [],
  };
}

function itemOf({ runs, ...state }: ClaimState): Item {
  return { ...state, runs: JSON.stringify(runs) };
}
