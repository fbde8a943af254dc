/** What JSON can say. A member that is `undefined` is left out, as `JSON.stringify` does. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };
