import { createLog, type Log } from '../../../functions/ambient/log.ts';

/** A log that keeps its lines as `message {"field":…}`. */
export function lineLog(lines: string[]): Log {
  return createLog((_level, fields, message) => void lines.push(`${message} ${JSON.stringify(fields)}`));
}
