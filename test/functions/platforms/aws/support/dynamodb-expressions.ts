import { AwsError, type AwsRequest } from './aws-server.ts';

export type Attribute = { readonly S?: string; readonly N?: string; readonly B?: string };
export type StoredItem = Readonly<Record<string, Attribute>>;

/** The names and values of a request; says afterwards which were given and not used, as DynamoDB does. */
export class Placeholders {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, Attribute>>;
  readonly #used = new Set<string>();

  constructor(request: AwsRequest) {
    this.#names = (request.ExpressionAttributeNames ?? {}) as Record<string, string>;
    this.#values = (request.ExpressionAttributeValues ?? {}) as Record<string, Attribute>;
    for (const given of [request.ExpressionAttributeNames, request.ExpressionAttributeValues]) {
      if (given !== undefined && Object.keys(given as object).length === 0) {
        throw invalid('ExpressionAttributeNames/Values must not be empty');
      }
    }
  }

  name(placeholder: string): string {
    if (!placeholder.startsWith('#')) {
      if (RESERVED.has(placeholder.toUpperCase())) {
        throw invalid(`Attribute name is a reserved keyword; reserved keyword: ${placeholder}`);
      }
      return placeholder;
    }
    this.#used.add(placeholder);
    const name = this.#names[placeholder];
    if (name === undefined) throw invalid(`an expression attribute name is not defined: ${placeholder}`);
    return name;
  }

  value(placeholder: string): Attribute {
    this.#used.add(placeholder);
    const value = this.#values[placeholder];
    if (value === undefined) throw invalid(`an expression attribute value is not defined: ${placeholder}`);
    return value;
  }

  done(): void {
    const unused = [...Object.keys(this.#names), ...Object.keys(this.#values)].filter(
      (one) => !this.#used.has(one),
    );
    if (unused.length > 0) throw invalid(`Value provided unused in expressions: ${unused.join(', ')}`);
  }
}

/** Those reserved words that this project has as attributes. */
const RESERVED = new Set(['HASH', 'RANGE', 'POSITION', 'STREAM', 'STATE', 'COUNT', 'CONTENT', 'DAY', 'AT']);

/** The two forms of conditions that are known: `attribute_not_exists(name)` and `name = :value`. */
export function holds(expression: string, item: StoredItem | undefined, given: Placeholders): boolean {
  const absent = /^attribute_not_exists\((#?\w+)\)$/.exec(expression)?.[1];
  if (absent !== undefined) return item?.[given.name(absent)] === undefined;
  const [, name, value] = /^(#?\w+) = (:\w+)$/.exec(expression) ?? [];
  if (name === undefined || value === undefined) throw invalid(`the fake does not know: ${expression}`);
  const actual = item?.[given.name(name)];
  return actual !== undefined && same(actual, given.value(value));
}

export type KeyRange = {
  readonly hash: string;
  readonly partition: string;
  readonly range: string;
  readonly from: string;
  readonly to: string;
};

const KEY_CONDITION = /^(#?\w+) = (:\w+) AND (#?\w+) BETWEEN (:\w+) AND (:\w+)$/;

/** The one form of key conditions that is known. */
export function keyRange(expression: unknown, given: Placeholders): KeyRange {
  const [, hash, partition, range, from, to] = KEY_CONDITION.exec(String(expression)) ?? [];
  if (!hash || !partition || !range || !from || !to) throw invalid(`the fake does not know: ${expression}`);
  const text = (placeholder: string) => {
    const value = given.value(placeholder).S;
    if (value === undefined || value === '') throw invalid('a key must be text that is not empty');
    return value;
  };
  const bounds = { from: text(from), to: text(to) };
  if (compareText(bounds.from, bounds.to) > 0) {
    throw invalid('The BETWEEN operator requires upper bound to be greater than or equal to lower bound');
  }
  return { hash: given.name(hash), partition: text(partition), range: given.name(range), ...bounds };
}

/** Keys are ordered by their UTF-8 bytes. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function same(a: Attribute, b: Attribute): boolean {
  return a.S === b.S && a.N === b.N && a.B === b.B;
}
