import type { Clock } from '../../settings/ambient/clock.ts';
import { isRecord } from '../lifecycle/snapshot/json-field.ts';
import type { SourceLog } from './api/source-log.ts';
import { createLineLimit } from './sink/line-limit.ts';

/**
 * The log for many watches of one API server: what happens to one mostly happens to all at once, so that beyond ten
 * lines a minute they are counted (`unsaid`). A missing permission is said of each namespace.
 */
export function createQuieterLog(log: SourceLog, clock: Pick<Clock, 'monotonicMs'>): SourceLog {
  const limits = { info: createLineLimit(clock), warn: createLineLimit(clock) };
  const limited = (level: 'info' | 'warn') => (details: object, message: string) => {
    if (isRecord(details) && details.cause === 'forbidden') return log[level](details, message);
    const admitted = limits[level].admit();
    if (admitted === null) return log.debug(details, message);
    log[level]({ ...details, ...(admitted.unsaid > 0 && admitted) }, message);
  };
  return { debug: log.debug.bind(log), info: limited('info'), warn: limited('warn') };
}
