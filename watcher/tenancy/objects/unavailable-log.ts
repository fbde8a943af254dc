import type { SourceLog } from '../../source/api/source-log.ts';

const UNAVAILABLE: ReadonlySet<unknown> = new Set(['absent', 'forbidden']);

/**
 * The log of sources of objects that nobody has to have: that a kind is not installed, or may not be read, is told once for all
 * kinds and namespaces, and is no warning.
 */
export function createUnavailableLog(log: SourceLog): SourceLog {
  let isTold = false;
  const tell = (fields: object, message: string): boolean => {
    if (!('cause' in fields && UNAVAILABLE.has(fields.cause))) return false;
    if (isTold) log.debug(fields, message);
    else log.info(fields, message);
    isTold = true;
    return true;
  };
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => {
      if (!tell(fields, message)) log.info(fields, message);
    },
    warn: (fields, message) => {
      if (!tell(fields, message)) log.warn(fields, message);
    },
  };
}
