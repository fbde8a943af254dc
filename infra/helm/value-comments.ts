/** What the comments of values.yaml say about one value. */
export type ValueComment = {
  readonly description?: string;
  readonly schema?: Readonly<Record<string, unknown>>;
};

const PARAMETER = /^\s*## @(?:param|extra) (\S+) (?:\[[^\]]*\] )?(.+)$/;
const SCHEMA = /^\s*## @schema (\S+) (.+)$/;

/**
 * The comments of a values.yaml, by the path of the value: `## @param PATH [MODIFIERS] DESCRIPTION` and `@extra`
 * (for maps), as the README's generator reads them, and `## @schema PATH JSON`, which is ours.
 *
 * @throws Error for a `@schema` whose rest of the line is no JSON object.
 */
export function readValueComments(yaml: string): ReadonlyMap<string, ValueComment> {
  const found = new Map<string, ValueComment>();
  for (const line of yaml.split('\n')) {
    const [, parameter, description] = PARAMETER.exec(line) ?? [];
    if (parameter !== undefined && description !== undefined) {
      found.set(parameter, { ...found.get(parameter), description });
    }
    const [, narrowed, json] = SCHEMA.exec(line) ?? [];
    if (narrowed !== undefined && json !== undefined) {
      found.set(narrowed, { ...found.get(narrowed), schema: parseSchema(narrowed, json) });
    }
  }
  return found;
}

function parseSchema(path: string, json: string): Record<string, unknown> {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`values.yaml: the @schema of ${path} is no JSON: ${json}`, { cause: error });
  }
}
