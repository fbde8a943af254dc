import { printableJson } from '../../protocol/json/printable.ts';

/** Extra facts of a log line. Never a secret, a signature, a body, or a URL that may carry credentials. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;
export type LogLevel = 'info' | 'warn' | 'error';

/** What a line says, in the order of the watcher's log: `log.warn({ attempt: 3 }, 'trying again')`, or the text alone. */
export type Said = readonly [message: string] | readonly [fields: LogFields, message: string];

export interface Log {
  info(...said: Said): void;
  warn(...said: Said): void;
  error(...said: Said): void;
}

/** A log out of one function that takes its lines apart. */
export function createLog(write: (level: LogLevel, fields: LogFields, message: string) => void): Log {
  const at =
    (level: LogLevel) =>
    (...said: Said) =>
      said.length === 1 ? write(level, {}, said[0]) : write(level, said[0], said[1]);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * A log that writes one JSON object a line: `{level, msg, ...fields}`, with the keys of the watcher's log. No time: every
 * platform this runs on stamps the lines itself.
 *
 * @param write receives each line without a line end.
 */
export function createJsonLog(write: (level: LogLevel, line: string) => void): Log {
  return createLog((level, fields, msg) =>
    write(level, printableJson(JSON.stringify({ level, msg, ...fields }))),
  );
}

/** The same log with more fields on every line. */
export function withFields(log: Log, more: LogFields): Log {
  return createLog((level, fields, message) => log[level]({ ...more, ...fields }, message));
}
