import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type Item, toDynamoDb } from '../dynamodb/dynamodb-item.ts';
import type { Key } from './audit-table.ts';

/** What a transaction can do to one item. A transaction names an item once. */
export type TransactionActions = {
  put(item: Item): TransactWriteItem;
  /** On the condition that there is no such item. */
  create(item: Item): TransactWriteItem;
  /** On the condition that the item there has that `version`; 0 for none. */
  replace(item: Item, version: number): TransactWriteItem;
  /** On the condition that there is an item, with that `version`. */
  replaceVersion(item: Item, version: number): TransactWriteItem;
  remove(key: Key): TransactWriteItem;
  removeVersion(key: Key, version: number): TransactWriteItem;
  /** Only checks that the item there has that `hash`. */
  expectHash(key: Key, hash: string): TransactWriteItem;
};

const ABSENT = { ConditionExpression: 'attribute_not_exists(pk)' };

export function createTransactionActions(TableName: string): TransactionActions {
  const create = (item: Item) => ({ Put: { TableName, Item: toDynamoDb(item), ...ABSENT } });
  const replaceVersion = (item: Item, version: number) => ({
    Put: { TableName, Item: toDynamoDb(item), ...equals('version', version) },
  });
  return {
    create,
    put: (item) => ({ Put: { TableName, Item: toDynamoDb(item) } }),
    replaceVersion,
    replace: (item, version) => (version === 0 ? create(item) : replaceVersion(item, version)),
    remove: (key) => ({ Delete: { TableName, Key: toDynamoDb(key) } }),
    removeVersion: (key, version) => ({
      Delete: { TableName, Key: toDynamoDb(key), ...equals('version', version) },
    }),
    expectHash: (key, hash) => ({
      ConditionCheck: { TableName, Key: toDynamoDb(key), ...equals('hash', hash) },
    }),
  };
}

function equals(name: string, value: string | number) {
  return {
    ConditionExpression: '#name = :value',
    ExpressionAttributeNames: { '#name': name },
    ExpressionAttributeValues: toDynamoDb({ ':value': value }),
  };
}
