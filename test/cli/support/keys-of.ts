import type * as z from 'zod';

/** Every key of a schema by its path, those of maps in lists under the list's own: `subscriptions.name`. */
export function keysOf(schema: z.core.$ZodType, before = ''): readonly string[] {
  const { def } = (schema as unknown as { _zod: { def: Definition } })._zod;
  const own = Object.entries(def.shape ?? {}).flatMap(([key, child]) => {
    const path = before === '' ? key : `${before}.${key}`;
    return [path, ...keysOf(child, path)];
  });
  const within = [def.innerType, def.element, def.in, def.out, ...(def.options ?? [])];
  return [...own, ...within.flatMap((child) => (child === undefined ? [] : keysOf(child, before)))];
}

type Definition = {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
};
