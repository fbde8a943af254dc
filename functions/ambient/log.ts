import { printableJson } from '../../protocol/printable.ts';
/** Extra facts of a log line. Never a secret, a signature, a body, or a URL that may carry credentials. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
export type LogLevel = 'info' | 'warn' | 'error';

export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/**
 * A log that writes one JSON object a line: `{level, message, ...fields}`. No time: every platform this runs on
 * stamps the lines itself.
 *
 * @param write receives each line without a line end.
 * @param base fields repeated on every line.
 */
export function createJsonLog(write: (level: LogLevel, line: string) => void, base: LogFields = {}): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) =>
    write(level, printableJson(JSON.stringify({ level, message, ...base, ...fields })));
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/** The same log with more fields on every line. */
export function withFields(log: Log, more: LogFields): Log {
  return {
    info: (message, fields) => log.info(message, { ...more, ...fields }),
    warn: (message, fields) => log.warn(message, { ...more, ...fields }),
    error: (message, fields) => log.error(message, { ...more, ...fields }),
  };
}
