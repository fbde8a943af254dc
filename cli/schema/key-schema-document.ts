import * as z from 'zod';
import type { RenamedKey } from '../../settings/renamed-keys.ts';

/** A JSON Schema, or a part of one that describes the value of a key. */
type Node = Record<string, unknown> & {
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  additionalProperties?: Node | false;
  anyOf?: Node[];
  allOf?: Node[];
  pattern?: string;
};

/**
 * The JSON Schema of a configuration file, made of the schema that reads it. Draft 7, because that is what editors know
 * best. What no JSON Schema can say is left out: whether a file is there, the bounds of a duration, rules between keys.
 *
 * @param about what editors show of each key, by its path: `subscriptions[].url`, `vars.*`.
 * @param former older names that are read, too; they are marked as such.
 * @see https://json-schema.org/draft-07/schema
 */
export function keySchemaDocument(
  schema: z.ZodType,
  about: Readonly<Record<string, string>>,
  former: readonly RenamedKey[],
): Record<string, unknown> {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-7' }) as Node;
  finish(root, '', about);
  for (const key of former) addFormer(root, key);
  return root;
}

function finish(node: Node, path: string, about: Readonly<Record<string, string>>): void {
  const description = about[path];
  if (description !== undefined) node.description = description;
  finishWithin(node, path, about);
}

function finishWithin(node: Node, path: string, about: Readonly<Record<string, string>>): void {
  // Not every reader of patterns knows classes of Unicode.
  if (node.pattern !== undefined) node.pattern = node.pattern.replaceAll('\\p{Cc}', '\\x00-\\x1f\\x7f-\\x9f');
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    finish(child, path === '' ? name : `${path}.${name}`, about);
  }
  const required = node.required?.filter((name) => !takesNull(node.properties?.[name])) ?? [];
  if (required.length > 0) node.required = required;
  else delete node.required;
  if (node.items) finish(node.items, `${path}[]`, about);
  if (node.additionalProperties) finish(node.additionalProperties, `${path}.*`, about);
  for (const part of [...(node.anyOf ?? []), ...(node.allOf ?? [])]) finishWithin(part, path, about);
}

/** A map that may also be empty (null) is one that may be left out. */
function takesNull(node: Node | undefined): boolean {
  return Array.isArray(node?.type) && node.type.includes('null');
}

function addFormer(root: Node, { was, now, convert }: RenamedKey): void {
  const steps = was.split('.');
  const name = steps.pop() ?? '';
  const parent = at(root, steps);
  const current = at(root, now.split('.'));
  if (parent?.properties === undefined || current === undefined)
    throw new Error(`${was}: no such place for ${now}`);
  const { description: _, default: __, examples: ___, ...value } = current;
  const text = `Now ${now.replaceAll('[]', '')}; the old name still works.`;
  parent.properties[name] = {
    ...(convert === undefined ? value : { anyOf: [value, { type: 'number' }] }),
    description: text,
    deprecated: true,
    deprecationMessage: text,
  };
}

function at(root: Node, steps: readonly string[]): Node | undefined {
  return steps.reduce<Node | undefined>((node, step) => {
    const child = node?.properties?.[step.replace('[]', '')];
    return step.endsWith('[]') ? child?.items : child;
  }, root);
}
