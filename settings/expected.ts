const SHOWN_CHARACTERS = 40;

/** What zod hands to a custom error; only the input matters here. */
type Rejected = { readonly input?: unknown };

/**
 * zod parameters that say what a key wants: `expected a duration …, got "5"`, or `is required: a duration …`.
 * The value is shown, so use it only where a value can be neither a secret nor a URL.
 */
export function expected(wanted: string) {
  return {
    error: ({ input }: Rejected): string =>
      input === undefined ? `is required: ${wanted}` : `expected ${wanted}, got ${describe(input)}`,
  };
}

/** Like {@link expected}, but names only the type of what was given. */
export function expectedUnseen(wanted: string) {
  return {
    error: ({ input }: Rejected): string =>
      input === undefined
        ? `is required: ${wanted}`
        : `expected ${wanted}${typeof input === 'string' ? '' : `, got ${kindOf(input)}`}`,
  };
}

function describe(input: unknown): string {
  if (typeof input === 'string') {
    const cut = input.length > SHOWN_CHARACTERS ? `${input.slice(0, SHOWN_CHARACTERS)}…` : input;
    return JSON.stringify(cut);
  }
  return typeof input === 'number' || typeof input === 'boolean' ? String(input) : kindOf(input);
}

function kindOf(input: unknown): string {
  // YAML reads `key:` with nothing behind it as null.
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'a map' : `a ${typeof input}`;
}
