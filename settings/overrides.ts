/** Variables as `process.env` gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A value that stands above the file's, and the variable it came from. */
export type Override = {
  readonly path: readonly [string, ...string[]];
  readonly variable: string;
  readonly value: unknown;
};

/** A copy of the document with the overrides laid over it; a document that is no map stays as it is. */
export function applyOverrides(document: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((result, { path, value }) => withValueAt(result, path, value), document);
}

/** The variable that set exactly this path, if one did. */
export function variableBehind(
  path: readonly PropertyKey[],
  overrides: readonly Override[],
): string | undefined {
  return overrides.find((override) => override.path.join('.') === path.join('.'))?.variable;
}

function withValueAt(parent: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const map = parent === undefined ? {} : parent;
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return parent;
  const child = (map as Record<string, unknown>)[key];
  return { ...map, [key]: withValueAt(child, rest, value) };
}
