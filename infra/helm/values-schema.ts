import { parse } from 'yaml';
import { readValueComments, type ValueComment } from './value-comments.ts';

type Schema = Record<string, unknown>;

/**
 * values.schema.json for a values.yaml: the structure and the types follow from the values, the rest from its comments
 * (see {@link readValueComments}). Maps are closed, so that a misspelled key is refused by Helm.
 *
 * @param values the text of values.yaml
 * @param definitions what becomes `$defs`
 * @throws Error when a comment is about a value that is not there.
 */
export function valuesSchema(values: string, definitions: Schema): Schema {
  const comments = readValueComments(values);
  const told = new Set<string>();
  const tree = schemaOf(parse(values), '', { comments, told });
  const strays = [...comments].filter(([path, { schema }]) => schema !== undefined && !told.has(path));
  if (strays.length > 0) {
    throw new Error(
      `values.yaml has a @schema for what it does not hold: ${strays.map(([path]) => path).join(', ')}`,
    );
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Values of the Offhook chart',
    ...tree,
    $defs: definitions,
  };
}

type Reading = { readonly comments: ReadonlyMap<string, ValueComment>; readonly told: Set<string> };

function schemaOf(value: unknown, path: string, reading: Reading): Schema {
  const { description, schema } = reading.comments.get(path) ?? {};
  reading.told.add(path);
  const about = description === undefined ? {} : { description };
  if (schema !== undefined && '$ref' in schema) return { ...about, ...schema };
  return { ...about, ...plainSchema(value, path, reading), ...schema };
}

function plainSchema(value: unknown, path: string, reading: Reading): Schema {
  if (Array.isArray(value)) return { type: 'array' };
  if (typeof value !== 'object' || value === null) return { type: typeof value };
  const properties = Object.entries(value).map(([key, child]) => {
    return [key, schemaOf(child, path === '' ? key : `${path}.${key}`, reading)];
  });
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}
