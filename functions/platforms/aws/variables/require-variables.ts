/** The variables of a Lambda function: AWS's own and those that the deployment sets. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables a function cannot do without.
 *
 * @throws Error naming all that are missing or empty.
 */
export function requireVariables<Name extends string>(
  variables: Variables,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => (variables[name] ?? '') === '');
  if (missing.length > 0) throw new Error(`${missing.join(', ')} not set: the function needs them`);
  return Object.fromEntries(names.map((name) => [name, variables[name] ?? ''])) as Record<Name, string>;
}
