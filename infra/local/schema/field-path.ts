/** Where in an object something is: field names and list indices. */
export type FieldPath = readonly (string | number)[];

/** As the API server writes it: `spec.hooks[0]`; `<nil>` for the object as a whole. */
export function fieldPathText(path: FieldPath): string {
  if (path.length === 0) return '<nil>';
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}

/** What an object has at a path; undefined where there is nothing. */
export function valueAt(object: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Record<string | number, unknown>)[part];
  }, object);
}
