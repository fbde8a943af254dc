import { SecretError } from '../../../protocol/signature/secret-error.ts';
import { messageOf } from '../../../settings/ambient/describe-error.ts';

/** @property text what is wrong, with the variable's name at its beginning and never its value. */
type VariableFault = { readonly variable: string; readonly text: string };

/** Variables of handlers that are missing or cannot be used: all of them, in the order in which they were read. */
export class VariableError extends TypeError {
  override readonly name = 'VariableError';
  readonly faults: readonly VariableFault[];

  constructor(faults: readonly VariableFault[]) {
    super(faults.map(({ text }) => text).join('; '));
    this.faults = faults;
  }
}

/** By its name: it may come from another copy of this module, that of a package which the handlers import. */
export function isVariableError(error: unknown): error is VariableError {
  return error instanceof TypeError && error.name === 'VariableError' && 'faults' in error;
}

/**
 * Reads a variable by a parser whose errors name what they read.
 *
 * @throws VariableError in place of the parser's TypeError or SecretError.
 */
export function readAs<T>(variable: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (isVariableError(error)) throw error;
    if (!(error instanceof TypeError || error instanceof SecretError)) throw error;
    throw new VariableError([{ variable, text: messageOf(error) }]);
  }
}

/**
 * Does all of it although some fails, so that somebody who has made three mistakes is told of three.
 *
 * @returns what each returned.
 * @throws VariableError with the faults of all, each once; any other error at once.
 */
export function together<T extends readonly unknown[]>(...reads: { [Index in keyof T]: () => T[Index] }): T {
  const faults = new Map<string, VariableFault>();
  const values = reads.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!isVariableError(error)) throw error;
      for (const fault of error.faults) faults.set(fault.text, fault);
      return undefined;
    }
  });
  if (faults.size > 0) throw new VariableError([...faults.values()]);
  return values as unknown as T;
}
