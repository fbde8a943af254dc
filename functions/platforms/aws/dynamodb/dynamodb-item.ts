import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as Offhook writes it: text, whole numbers and bytes, nothing nested. */
export type Item = Readonly<Record<string, string | number | Uint8Array>>;
export type DynamoDbItem = Record<string, AttributeValue>;

/** An item in DynamoDB's own notation. */
export function toDynamoDb(item: Item): DynamoDbItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toAttribute(value)]));
}

/**
 * An item as it was written.
 *
 * @throws TypeError on an attribute of another type: somebody else wrote to the table.
 */
export function fromDynamoDb(item: Readonly<Record<string, AttributeValue>>): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromAttribute(name, value)]));
}

function toAttribute(value: string | number | Uint8Array): AttributeValue {
  if (typeof value === 'string') return { S: value };
  return typeof value === 'number' ? { N: String(value) } : { B: value };
}

function fromAttribute(name: string, { S, N, B }: AttributeValue): string | number | Uint8Array {
  const value = S ?? (N === undefined ? B : Number(N));
  if (value !== undefined) return value;
  throw new TypeError(`attribute ${name} of the DynamoDB item is not text, a number or bytes`);
}
