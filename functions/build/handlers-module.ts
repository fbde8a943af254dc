import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BuildFailure, buildSync as esbuildBuildSync } from 'esbuild';
import { messageOf } from '../../settings/ambient/describe-error.ts';

const EXPORT = 'registerHandlers';

/** A module of somebody's own cannot be used; the message names it, and what it exports. */
export class OwnHandlersError extends Error {
  override readonly name = 'OwnHandlersError';
}

/**
 * Finds a module of handlers and looks at what it exports, without running it.
 *
 * @param file relative to the working directory.
 * @returns its absolute path.
 * @throws OwnHandlersError when the file is not there, cannot be read as a module, or exports no `registerHandlers`.
 */
export function findHandlersModule(file: string, buildSync: typeof esbuildBuildSync): string {
  const path = resolve(file);
  if (!existsSync(path)) throw new OwnHandlersError(`the module of handlers ${path} does not exist`);
  const exported = exportsOf(path, buildSync);
  if (!exported.includes(EXPORT)) {
    const found = exported.join(', ') || 'nothing';
    throw new OwnHandlersError(`${path} must export a function ${EXPORT}(hooks, env); it exports ${found}`);
  }
  return path;
}

/** Names alone: whether it is a function shows when the receiver starts. */
function exportsOf(path: string, buildSync: typeof esbuildBuildSync): readonly string[] {
  try {
    const { metafile } = buildSync({
      entryPoints: [path],
      outdir: 'handlers',
      bundle: true,
      packages: 'external',
      write: false,
      metafile: true,
      format: 'esm',
      target: 'es2024',
      logLevel: 'silent',
    });
    return Object.values(metafile.outputs).flatMap(({ exports }) => exports);
  } catch (cause) {
    throw unbundled(path, cause);
  }
}

/** What esbuild said of a module of handlers, in one line. */
export function unbundled(path: string, cause: unknown): OwnHandlersError {
  const message = `the module of handlers ${path} cannot be bundled: ${firstFault(cause)}`;
  return new OwnHandlersError(message, { cause });
}

function firstFault(error: unknown): string {
  const [first] = (error as Partial<BuildFailure>).errors ?? [];
  if (first === undefined) return messageOf(error);
  const { location, text } = first;
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}
