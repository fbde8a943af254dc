import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { RegisterHandlers } from '../../hooks/register-handlers.ts';

/**
 * Loads a module of the operator's (.js, or .ts with types that can be stripped) that exports `registerHandlers`.
 * This runs code of theirs, with everything this process may do.
 *
 * @param file relative to the working directory.
 * @returns its `registerHandlers`; an error of it names the file.
 * @throws Error when it cannot be loaded, or exports no such function; the message names the file.
 */
export async function loadHandlers(file: string): Promise<RegisterHandlers> {
  const loaded = await importModule(resolve(file));
  const { registerHandlers } = loaded;
  if (isRegisterHandlers(registerHandlers)) return namingFile(file, registerHandlers);
  const found = Object.keys(loaded).join(', ') || 'nothing';
  throw new Error(`${file} must export a function registerHandlers(hooks, env); it exports ${found}`);
}

function namingFile(file: string, registerHandlers: RegisterHandlers): RegisterHandlers {
  return async (hooks, env) => {
    try {
      await registerHandlers(hooks, env);
    } catch (cause) {
      throw new Error(`the handlers in ${file} cannot be registered: ${describeError(cause)}`, { cause });
    }
  };
}

async function importModule(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`the handlers in ${path} cannot be loaded: ${describeError(cause)}`, { cause });
  }
}

function isRegisterHandlers(value: unknown): value is RegisterHandlers {
  return typeof value === 'function';
}
