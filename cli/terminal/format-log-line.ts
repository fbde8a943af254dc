import { printable } from '../../protocol/json/printable.ts';

const COLOUR: Readonly<Record<string, string>> = {
  warn: '\x1b[33m',
  error: '\x1b[31m',
  fatal: '\x1b[31m',
  debug: '\x1b[2m',
};
const RESET = '\x1b[0m';

/**
 * One JSON log line as `14:22:13 warn  message  key=value`, for people. What a terminal would obey is spelled out, also in a
 * line that is no JSON.
 */
export function formatLogLine(line: string, colour: boolean): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line);
  } catch {
    return `${printable(line.replace(/\n$/, ''))}\n`;
  }
  const { level, time, msg, ...details } = record;
  const pairs = Object.entries(details).map(([key, value]) =>
    printable(`${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
  );
  const clock = String(time).slice(11, 19);
  const word = String(level).padEnd(5);
  const paint = colour ? COLOUR[String(level)] : undefined;
  return `${clock} ${paint ? `${paint}${word}${RESET}` : word} ${printable(String(msg))}${pairs.length > 0 ? `  ${pairs.join(' ')}` : ''}\n`;
}
