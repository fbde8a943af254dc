import { AwsError, type AwsRequest, type Operation, onlyMembers } from './aws-server.ts';
import {
  compareText,
  holds,
  invalid,
  type KeyRange,
  keyRange,
  Placeholders,
  type StoredItem,
} from './dynamodb-expressions.ts';

export type FakeTable = {
  readonly hash: string;
  readonly range?: string;
  /** Indexes, with what they project beside the keys. */
  readonly indexes?: Readonly<
    Record<string, { readonly hash: string; readonly range: string; readonly projected: readonly string[] }>
  >;
};

const MAX_ITEM_BYTES = 409_600;
const MAX_PAGE_BYTES = 1_048_576;
const MAX_BATCH = 100;

/**
 * The operations of DynamoDB that Offhook uses, on tables in memory: with its validation, its limits on items, pages
 * and batches, conditional writes and transactions, and its ignorance of what was not asked for in a page. Indexes
 * follow at once unless told otherwise. Expired items stay, as they do for days.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
 */
export function createFakeDynamoDb(definitions: Readonly<Record<string, FakeTable>>) {
  const tables = new Map(Object.keys(definitions).map((name) => [name, new Map<string, StoredItem>()]));
  const tokens = new Set<string>();
  const unseen = new Set<StoredItem>();
  let indexesStopped = false;

  const tableOf = (name: unknown) => {
    const items = tables.get(String(name));
    const definition = definitions[String(name)];
    if (items === undefined || definition === undefined) {
      throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    }
    return { items, definition };
  };

  const write = (request: AwsRequest, next: StoredItem | null | 'check', keyOrItem: unknown) => {
    const { items, definition } = tableOf(request.TableName);
    const id = keyId(definition, keyOrItem as StoredItem, next === null || next === 'check');
    const given = new Placeholders(request);
    const condition = request.ConditionExpression;
    const allowed = condition === undefined || holds(String(condition), items.get(id), given);
    given.done();
    const place = `${request.TableName}\0${id}`;
    const apply = () => {
      if (next === null) items.delete(id);
      else if (next !== 'check') items.set(id, checkSize(next, definition));
      if (indexesStopped && next !== null && next !== 'check') unseen.add(next);
    };
    if (next !== null && next !== 'check') checkSize(next, definition);
    return { place, allowed, apply };
  };

  const actionOf = (action: Readonly<Record<string, AwsRequest | undefined>>) => {
    const [kind, ...others] = Object.keys(action);
    const request = action[kind ?? ''];
    if (others.length > 0 || request === undefined) throw invalid('a transaction action has one kind');
    onlyMembers(request, ['TableName', 'Item', 'Key', ...EXPRESSION]);
    if (kind === 'Put') return write(request, request.Item as StoredItem, request.Item);
    if (kind === 'Delete') return write(request, null, request.Key);
    if (kind === 'ConditionCheck') return write(request, 'check', request.Key);
    throw invalid(`the fake does not know ${kind}`);
  };

  const operations: Readonly<Record<string, Operation>> = {
    'DynamoDB_20120810.GetItem': (request) => {
      onlyMembers(request, ['TableName', 'Key', 'ConsistentRead']);
      const { items, definition } = tableOf(request.TableName);
      const Item = items.get(keyId(definition, request.Key as StoredItem, true));
      return Item === undefined ? {} : { Item };
    },
    'DynamoDB_20120810.PutItem': (request) => {
      onlyMembers(request, ['TableName', 'Item', ...EXPRESSION]);
      const { allowed, apply } = write(request, request.Item as StoredItem, request.Item);
      if (!allowed) {
        throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
      }
      apply();
      return {};
    },
    'DynamoDB_20120810.TransactWriteItems': (request) => {
      onlyMembers(request, ['TransactItems', 'ClientRequestToken']);
      const actions = (request.TransactItems as Record<string, AwsRequest>[]).map(actionOf);
      if (actions.length === 0 || actions.length > MAX_BATCH) throw invalid('1 to 100 actions');
      if (new Set(actions.map(({ place }) => place)).size < actions.length) {
        throw invalid('Transaction request cannot include multiple operations on one item');
      }
      const token = String(request.ClientRequestToken);
      // The same token within ten minutes is the same request.
      if (tokens.has(token)) return {};
      if (actions.some(({ allowed }) => !allowed)) {
        throw cancelled(actions.map(({ allowed }) => (allowed ? 'None' : 'ConditionalCheckFailed')));
      }
      tokens.add(token);
      for (const { apply } of actions) apply();
      return {};
    },
    'DynamoDB_20120810.BatchGetItem': (request) => {
      onlyMembers(request, ['RequestItems']);
      const [[name = '', wanted] = []] = Object.entries(request.RequestItems as Record<string, AwsRequest>);
      const { items, definition } = tableOf(name);
      onlyMembers(wanted ?? {}, [
        'Keys',
        'ConsistentRead',
        'ProjectionExpression',
        'ExpressionAttributeNames',
      ]);
      const shown = projected(wanted ?? {});
      const ids = ((wanted?.Keys ?? []) as StoredItem[]).map((key) => keyId(definition, key, true));
      if (ids.length === 0 || ids.length > MAX_BATCH) throw invalid('1 to 100 keys');
      if (new Set(ids).size < ids.length) throw invalid('Provided list of item keys contains duplicates');
      const found = ids.flatMap((id) => items.get(id) ?? []);
      const Responses = {
        [name]: shown === null ? found : found.map((item) => pick(item as StoredItem, shown)),
      };
      return { Responses, UnprocessedKeys: {} };
    },
    'DynamoDB_20120810.Query': (request) => {
      onlyMembers(request, [...QUERY, ...EXPRESSION]);
      const { items, definition } = tableOf(request.TableName);
      const given = new Placeholders(request);
      const range = keyRange(request.KeyConditionExpression, given);
      const shown = shownAttributes(request, definition, range, given);
      given.done();
      const all = [...items.values()];
      const visible = request.IndexName === undefined ? all : all.filter((item) => !unseen.has(item));
      return page(visible, request, range, shown);
    },
  };
  return {
    operations,
    tables,
    /** From now on the indexes do not see what is written: they are behind. */
    stopIndexes: (): void => {
      indexesStopped = true;
    },
  };
}

const EXPRESSION = ['ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'];
const QUERY = [
  'TableName',
  'IndexName',
  'ConsistentRead',
  'KeyConditionExpression',
  'ScanIndexForward',
  'Limit',
  'ProjectionExpression',
];

/** A cancelled transaction, with a code for each of its actions. */
export function cancelled(codes: readonly string[]): AwsError {
  const CancellationReasons = codes.map((Code) => ({ Code, Message: Code === 'None' ? null : Code }));
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`;
  return new AwsError('TransactionCanceledException', message, { more: { CancellationReasons } });
}

/** null for all attributes. */
function projected(request: AwsRequest): readonly string[] | null {
  if (request.ProjectionExpression === undefined) return null;
  const given = new Placeholders(request);
  const names = String(request.ProjectionExpression)
    .split(', ')
    .map((placeholder) => given.name(placeholder));
  given.done();
  return names;
}

function shownAttributes(
  request: AwsRequest,
  definition: FakeTable,
  range: KeyRange,
  given: Placeholders,
): readonly string[] | null {
  const asked =
    request.ProjectionExpression === undefined
      ? null
      : String(request.ProjectionExpression)
          .split(', ')
          .map((one) => given.name(one));
  if (request.IndexName === undefined) {
    if (range.hash !== definition.hash || range.range !== definition.range)
      throw invalid('Query key condition');
    return asked;
  }
  const index = definition.indexes?.[String(request.IndexName)];
  if (index === undefined) throw invalid('The table does not have the specified index');
  if (range.hash !== index.hash || range.range !== index.range) throw invalid('Query key condition');
  if (request.ConsistentRead === true) {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  const keys = [definition.hash, definition.range ?? definition.hash, index.hash, index.range];
  const projected = [...keys, ...index.projected];
  if (asked?.some((name) => !projected.includes(name))) throw invalid('an attribute is not projected');
  return asked ?? projected;
}

function page(
  items: readonly StoredItem[],
  request: AwsRequest,
  range: KeyRange,
  shown: readonly string[] | null,
) {
  const sortKey = (item: StoredItem) => item[range.range]?.S ?? '';
  const direction = request.ScanIndexForward === false ? -1 : 1;
  const inRange = items
    .filter((item) => item[range.hash]?.S === range.partition && item[range.range] !== undefined)
    .filter(
      (item) => compareText(sortKey(item), range.from) >= 0 && compareText(sortKey(item), range.to) <= 0,
    )
    .sort((a, b) => direction * compareText(sortKey(a), sortKey(b)));
  const limit = Number(request.Limit ?? Number.POSITIVE_INFINITY);
  const read: StoredItem[] = [];
  let bytes = 0;
  for (const item of inRange) {
    if (read.length >= limit || bytes >= MAX_PAGE_BYTES) break;
    read.push(item);
    bytes += sizeOf(item);
  }
  // DynamoDB does not look whether there is more behind the limit: it says there may be.
  const more = read.length >= limit || read.length < inRange.length;
  const Items = read.map((item) => (shown === null ? item : pick(item, shown)));
  return { Items, Count: Items.length, ...(more ? { LastEvaluatedKey: read.at(-1) ?? {} } : {}) };
}

function keyId(definition: FakeTable, item: StoredItem, exact: boolean): string {
  const names = [definition.hash, ...(definition.range === undefined ? [] : [definition.range])];
  const values = names.map((name) => item[name]?.S ?? '');
  if (values.includes(''))
    throw invalid('One or more parameter values were invalid: a key is missing or empty');
  if (exact && Object.keys(item).length !== names.length) {
    throw invalid('The provided key element does not match the schema');
  }
  if (values.some((value) => Buffer.byteLength(value) > 1_024)) throw invalid('a key is too long');
  return values.join('\0');
}

function checkSize(item: StoredItem, definition: FakeTable): StoredItem {
  if (sizeOf(item) > MAX_ITEM_BYTES) throw invalid('Item size has exceeded the maximum allowed size');
  for (const { hash, range } of Object.values(definition.indexes ?? {})) {
    if (item[hash]?.S === '' || item[range]?.S === '') throw invalid('an index key is an empty string');
  }
  return item;
}

function sizeOf(item: StoredItem): number {
  return Object.entries(item).reduce((sum, [name, { S = '', N = '', B = '' }]) => {
    return sum + Buffer.byteLength(name) + Buffer.byteLength(S) + N.length + Math.ceil((B.length * 3) / 4);
  }, 0);
}

function pick(item: StoredItem, names: readonly string[]): StoredItem {
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}
