/** Without what is undefined: for callees that take an absent field for "anything". */
export function onlyGiven<Values extends object>(
  values: Values,
): { readonly [Name in keyof Values]?: Exclude<Values[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof onlyGiven<Values>
  >;
}
