import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeError, errorCodeOf } from '../../../settings/ambient/describe-error.ts';
import type { RegisterHandlers } from '../../hooks/register-handlers.ts';
import { StartError } from './faults/start-error.ts';
import { whyNotLoaded } from './why-not-loaded.ts';

/**
 * Loads a module of the operator's (.js, or .ts with types that can be stripped) that exports `registerHandlers`.
 * This runs code of theirs, with everything this process may do.
 *
 * @param file relative to the working directory.
 * @returns its `registerHandlers`; an error of it names the file.
 * @throws StartError when it cannot be loaded, or exports no such function; the message names the file.
 */
export async function loadHandlers(file: string): Promise<RegisterHandlers> {
  const loaded = await importModule(resolve(file));
  const { registerHandlers } = loaded;
  if (isRegisterHandlers(registerHandlers)) return namingFile(file, registerHandlers);
  const found = Object.keys(loaded).join(', ') || 'nothing';
  const message = `${file} must export a function registerHandlers(hooks, env); it exports ${found}`;
  throw new StartError('person', message);
}

function namingFile(file: string, registerHandlers: RegisterHandlers): RegisterHandlers {
  return async (hooks, env) => {
    try {
      await registerHandlers(hooks, env);
    } catch (cause) {
      const message = `the handlers in ${file} cannot be registered: ${describeError(cause)}`;
      throw new StartError(isMistake(cause) ? 'person' : 'time', message, { cause });
    }
  };
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    const message = `the handlers in ${path} cannot be loaded: ${whyNotLoaded(path, cause)}`;
    throw new StartError(isMistake(cause) ? 'person' : 'time', message, { cause });
  }
}

/**
 * Whether the module itself is wrong, rather than something that it asked for: its code, an option of a handler, a file
 * that is not there. A TypeError with a cause is a `fetch` that failed.
 */
function isMistake(error: unknown): boolean {
  const isOfCode = [SyntaxError, TypeError, ReferenceError, RangeError].some((kind) => error instanceof kind);
  const code = errorCodeOf(error) ?? '';
  return (isOfCode && (error as Error).cause === undefined) || /^(ERR_|MODULE_|ENOENT|EACCES)/.test(code);
}

function isRegisterHandlers(value: unknown): value is RegisterHandlers {
  return typeof value === 'function';
}
