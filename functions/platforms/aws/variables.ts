import { RETENTION_MS } from '../sql/claim-table.ts';

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

/**
 * How long events are remembered, in milliseconds: `RETENTION_SECONDS`, by default 16 days.
 *
 * @throws Error when it is not a whole number of seconds above zero.
 */
export function retentionMs(variables: Variables): number {
  const text = variables.RETENTION_SECONDS ?? '';
  if (text === '') return RETENTION_MS;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text) * 1_000;
  throw new Error('RETENTION_SECONDS must be a whole number of seconds above zero');
}
