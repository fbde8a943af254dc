import { parseHttpUrl } from '../../hooks/http-url.ts';
import type { HandlerEnvironment } from '../../hooks/register-handlers.ts';
import { readAs, VariableError } from './variable-error.ts';

/** The variables of the platform, as `registerHandlers` gets them. */
export type Vars = HandlerEnvironment['vars'];

/** A variable's value; empty counts as not set. */
export function optionalVariable(vars: Vars, name: string): string | undefined {
  const value = vars[name]?.trim();
  return value === '' ? undefined : value;
}

/** @throws VariableError when it is not set, and `because` of which other it must be. */
export function requiredVariable(vars: Vars, name: string, because: string): string {
  const value = optionalVariable(vars, name);
  if (value === undefined) throw wrong(name, `must be set, because ${because} is`);
  return value;
}

/**
 * The URL in a variable; undefined where it is not set.
 *
 * @throws VariableError, without its value: a URL can carry credentials.
 */
export function urlVariable(vars: Vars, name: string): string | undefined {
  const value = optionalVariable(vars, name);
  return value === undefined ? undefined : readAs(name, () => parseHttpUrl(name, value));
}

/** @throws VariableError with the values it may have. */
export function variableOneOf<T extends string>(
  vars: Vars,
  name: string,
  { values, otherwise }: { readonly values: readonly T[]; readonly otherwise: T },
): T {
  const value = optionalVariable(vars, name);
  if (value === undefined) return otherwise;
  const known = values.find((one) => one === value);
  if (known === undefined) throw wrong(name, `must be ${values.join(' or ')}`);
  return known;
}

/** @param what behind the variable's name. */
function wrong(variable: string, what: string): VariableError {
  return new VariableError([{ variable, text: `${variable} ${what}` }]);
}
