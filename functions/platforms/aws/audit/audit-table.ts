import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../../settings/ambient/clock.ts';
import { delay } from '../../../../settings/ambient/delay.ts';
import { type DynamoDbItem, fromDynamoDb, type Item, toDynamoDb } from '../dynamodb/dynamodb-item.ts';

export type Key = { readonly pk: string; readonly sk: string };
/** The attributes of a partition key and a sort key, of the table or of one of its indexes. */
export type KeyNames = { readonly index?: string; readonly hash: string; readonly range: string };

/** One partition, or the part of it between two sort keys (both inclusive). */
type Range = {
  readonly keys?: KeyNames;
  readonly partition: string;
  readonly from?: string;
  readonly to?: string;
  readonly newestFirst?: boolean;
  /** Most items looked at; a page also ends at a megabyte. */
  readonly limit?: number;
  /** Attributes to give back; without it, all. */
  readonly attributes?: readonly string[];
};

/** @property more whether the range goes on behind the last of these items. */
type ItemPage = { readonly items: readonly Item[]; readonly more: boolean };

/** The calls the audit trail makes of its table. Everything but the indexes is read strongly consistent. */
export interface AuditTable {
  get(key: Key): Promise<Item | null>;
  /** Those that are there, by `pk` and `sk`, in no order. @param attributes to give back; without it, all. */
  getAll(keys: readonly Key[], attributes?: readonly string[]): Promise<readonly Item[]>;
  page(range: Range): Promise<ItemPage>;
  put(item: Item): Promise<void>;
  /** All of these, at most 100, or none: `conflict` when a condition does not hold or another write is under way. */
  write(actions: readonly TransactWriteItem[]): Promise<'written' | 'conflict'>;
}

const BATCH = 100;
const MAX_ROUNDS = 6;
/** 50, 100, 200 … ms: over a second and a half for a table that is short of capacity. */
const FIRST_WAIT_MS = 50;

export function createAuditTable(
  client: Pick<DynamoDBClient, 'send'>,
  name: string,
  clock: Clock,
): AuditTable {
  const batch = async (keys: readonly Key[], attributes: readonly string[]): Promise<readonly Item[]> => {
    const found: Item[] = [];
    let left: DynamoDbItem[] = keys.map(toDynamoDb);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      if (round > 0) await delay(clock, FIRST_WAIT_MS * 2 ** (round - 1));
      const shown = { Keys: left, ConsistentRead: true, ...projection(attributes) };
      const request = { RequestItems: { [name]: shown } };
      const answer = await client.send(new BatchGetItemCommand(request));
      found.push(...(answer.Responses?.[name] ?? []).map(fromDynamoDb));
      left = answer.UnprocessedKeys?.[name]?.Keys ?? [];
      if (left.length === 0) return found;
    }
    throw new Error(`DynamoDB left ${left.length} keys of ${name} unread ${MAX_ROUNDS} times`);
  };

  return {
    get: async (key) => {
      const request = { TableName: name, Key: toDynamoDb(key), ConsistentRead: true };
      const { Item: item } = await client.send(new GetItemCommand(request));
      return item === undefined ? null : fromDynamoDb(item);
    },
    getAll: async (keys, attributes = []) => {
      const unique = [...new Map(keys.map((key) => [`${key.pk}\0${key.sk}`, key])).values()];
      const chunks = Array.from({ length: Math.ceil(unique.length / BATCH) }, (_, index) =>
        unique.slice(index * BATCH, (index + 1) * BATCH),
      );
      return (await Promise.all(chunks.map((chunk) => batch(chunk, attributes)))).flat();
    },
    page: async (range) => {
      // DynamoDB refuses a range that ends before it begins.
      if ((range.from ?? FIRST_SORT_KEY) > (range.to ?? LAST_SORT_KEY)) return { items: [], more: false };
      const { Items = [], LastEvaluatedKey } = await client.send(new QueryCommand(queryOf(name, range)));
      return { items: Items.map(fromDynamoDb), more: LastEvaluatedKey !== undefined };
    },
    put: async (item) => {
      await client.send(new PutItemCommand({ TableName: name, Item: toDynamoDb(item) }));
    },
    write: async (actions) => {
      for (let round = 0; ; round += 1) {
        try {
          await client.send(new TransactWriteItemsCommand({ TransactItems: [...actions] }));
          return 'written';
        } catch (error) {
          if (isConflict(error)) return 'conflict';
          if (!isThrottled(error) || round + 1 >= MAX_ROUNDS) throw error;
          await delay(clock, FIRST_WAIT_MS * 2 ** round);
        }
      }
    },
  };
}

const PRIMARY: KeyNames = { hash: 'pk', range: 'sk' };
/** Before every sort key; an empty string is no valid value of one. */
const FIRST_SORT_KEY = ' ';
/** Behind every sort key that is searched for: they begin with a digit, or are a stream's `urn:`. */
const LAST_SORT_KEY = '~';

/** Every name is a placeholder, because DynamoDB reserves hundreds of words. */
function queryOf(table: string, range: Range): QueryCommandInput {
  const {
    keys = PRIMARY,
    partition,
    from = FIRST_SORT_KEY,
    to = LAST_SORT_KEY,
    newestFirst = false,
    limit,
    attributes,
  } = range;
  const shown = (attributes ?? []).map((name, index) => [`#a${index}`, name] as const);
  return {
    TableName: table,
    ...(keys.index === undefined ? { ConsistentRead: true } : { IndexName: keys.index }),
    KeyConditionExpression: '#hash = :hash AND #range BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#hash': keys.hash, '#range': keys.range, ...Object.fromEntries(shown) },
    ExpressionAttributeValues: { ':hash': { S: partition }, ':from': { S: from }, ':to': { S: to } },
    ScanIndexForward: !newestFirst,
    ...(limit === undefined ? {} : { Limit: limit }),
    ...(shown.length === 0
      ? {}
      : { ProjectionExpression: shown.map(([placeholder]) => placeholder).join(', ') }),
  };
}

/** Every name is a placeholder, because DynamoDB reserves hundreds of words; nothing for no attributes, which means all. */
function projection(attributes: readonly string[]) {
  if (attributes.length === 0) return {};
  const names = attributes.map((name, index) => [`#a${index}`, name] as const);
  return {
    ProjectionExpression: names.map(([placeholder]) => placeholder).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names),
  };
}

/** Somebody else wrote first, or is writing: the whole decision has to be made again. */
function isConflict(error: unknown): boolean {
  const codes = cancellationCodes(error);
  return codes.includes('ConditionalCheckFailed') || codes.includes('TransactionConflict');
}

/** The SDK repeats a throttled call, but not a transaction that was cancelled for it. */
function isThrottled(error: unknown): boolean {
  const codes = cancellationCodes(error);
  return codes.includes('ThrottlingError') || codes.includes('ProvisionedThroughputExceeded');
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
function cancellationCodes(error: unknown): readonly (string | undefined)[] {
  if (!(error instanceof TransactionCanceledException)) return [];
  return (error.CancellationReasons ?? []).map(({ Code }) => Code);
}
