import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../../settings/ambient/clock.ts';
import { fromDynamoDb, type Item, toDynamoDb } from './dynamodb-item.ts';

/** What to write instead of the current item, and what to tell the caller; `next: null` writes nothing. */
export type Change<T> = { readonly next: Item | null; readonly result: T };

/** Items of a table with the key `pk`, each changed by one writer at a time. */
export interface VersionedItems {
  /** Strongly consistent; null when there is none, or it has expired. */
  read(pk: string): Promise<Item | null>;
  /**
   * Reads, decides, and writes on the condition that nobody has written since; otherwise reads and decides again.
   *
   * @param nowMs decides about expiry, and when what is written will expire; `null` leaves that as it was, and can
   *   change only what is there.
   * @throws Error when others were faster ten times in a row.
   */
  change<T>(pk: string, nowMs: number | null, decide: (current: Item | null) => Change<T>): Promise<T>;
}

const MAX_ROUNDS = 10;

/**
 * @property ttlMs how long an item is kept after it was last written.
 * @property now milliseconds since the epoch, for reads.
 * @property newId tells one write from another. @default a random UUID
 */
type VersionedItemsOptions = {
  readonly table: string;
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly newId?: () => string;
};

/**
 * Every item has a `version` and says in `expiresAt` (Unix seconds) when DynamoDB may delete it, which it does days
 * later: an expired item counts as absent, and is overwritten on the condition of its version like any other.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function createVersionedItems(
  client: Pick<DynamoDBClient, 'send'>,
  { table, ttlMs, clock, newId = () => crypto.randomUUID() }: VersionedItemsOptions,
): VersionedItems {
  const get = async (pk: string): Promise<Item | null> => {
    const { Item: item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { pk: { S: pk } }, ConsistentRead: true }),
    );
    return item === undefined ? null : fromDynamoDb(item);
  };

  const put = async (next: Item, version: number | null): Promise<boolean> => {
    try {
      await client.send(
        new PutItemCommand({
          TableName: table,
          Item: toDynamoDb({ ...next, version: (version ?? 0) + 1 }),
          ...(version === null ? ABSENT : unchanged(version)),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    read: async (pk) => unlessExpired(await get(pk), clock.nowMs()),
    change: async (pk, nowMs, decide) => {
      // The SDK repeats a write whose answer was lost, and finds its own: that one is ours, not somebody else's.
      const writer = newId();
      let written: { readonly result: ReturnType<typeof decide>['result'] } | undefined;
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const item = await get(pk);
        if (written !== undefined && item?.writer === writer) return written.result;
        const { next, result } = decide(unlessExpired(item, nowMs));
        if (next === null) return result;
        const expiresAt = nowMs === null ? Number(item?.expiresAt) : Math.ceil((nowMs + ttlMs) / 1_000);
        const version = item === null ? null : Number(item.version);
        if (await put({ ...next, pk, expiresAt, writer }, version)) return result;
        written = { result };
      }
      throw new Error(`an item of ${table} changed ${MAX_ROUNDS} times while it was being written`);
    },
  };
}

const ABSENT = { ConditionExpression: 'attribute_not_exists(pk)' };

/** `version` is not one of DynamoDB's reserved words today; the placeholder keeps it from becoming one. */
function unchanged(version: number) {
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  };
}

function unlessExpired(item: Item | null, nowMs: number | null): Item | null {
  const expired = item !== null && nowMs !== null && Number(item.expiresAt) * 1_000 <= nowMs;
  return expired ? null : item;
}
