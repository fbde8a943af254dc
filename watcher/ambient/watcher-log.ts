import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

/** pino's own names. */
type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * The watcher's structured log: one JSON object a line, `level` as a word, `time` as RFC 3339.
 *
 * @param destination where the lines go; standard error in production, so that standard output stays free.
 */
export function createWatcherLog(level: LogLevel, destination: DestinationStream): Logger {
  const formatters = { level: (label: string) => ({ level: label }) };
  return pino({ level, base: null, formatters, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
