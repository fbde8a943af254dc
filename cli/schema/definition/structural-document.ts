import * as z from 'zod';

/** A structural schema, or a part of one. */
export type StructuralDocument = Readonly<Record<string, unknown>> & {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, StructuralDocument>>;
  readonly required?: readonly string[];
  readonly items?: StructuralDocument;
  readonly additionalProperties?: StructuralDocument;
};

/** In which order the keys of a schema are written; others follow. */
const ORDER = ['description', 'type', 'format', 'enum', 'default', 'pattern', 'minLength', 'maxLength'];

/**
 * The structural schema of what a zod schema reads, extensions of Kubernetes (`x-kubernetes-…`) included. What the API
 * server prunes by itself (unknown keys) is not said, and what a structural schema does not know is left out.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function structuralDocument(schema: z.ZodType): StructuralDocument {
  return structural(z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0', reused: 'inline' }));
}

function structural(node: Readonly<Record<string, unknown>>): StructuralDocument {
  const {
    $schema: _,
    propertyNames: __,
    examples: ___,
    properties,
    items,
    additionalProperties,
    ...rest
  } = node;
  const { minimum, maximum, pattern, ...plain } = rest;
  const made = {
    ...plain,
    // RE2 takes the slash as it is.
    ...(typeof pattern === 'string' && { pattern: pattern.replaceAll('\\/', '/') }),
    ...(minimum !== Number.MIN_SAFE_INTEGER && minimum !== undefined && { minimum }),
    ...(maximum !== Number.MAX_SAFE_INTEGER && maximum !== undefined && { maximum }),
    ...(isSchema(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, child]) => [key, isSchema(child) ? structural(child) : child]),
      ),
    }),
    ...(isSchema(items) && { items: structural(items) }),
    ...(isSchema(additionalProperties) && { additionalProperties: structural(additionalProperties) }),
  };
  const entries = Object.entries(made);
  return Object.fromEntries(entries.toSorted(([a], [b]) => rank(a) - rank(b)));
}

function rank(key: string): number {
  if (key === 'properties' || key === 'items') return ORDER.length + 1;
  const place = ORDER.indexOf(key);
  return place < 0 ? ORDER.length : place;
}

function isSchema(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
