import { printableJson } from '../../protocol/json/printable.ts';
import { createWatcherLog, type Logger } from '../../watcher/ambient/watcher-log.ts';
import type { WatcherConfig } from '../../watcher/config/watcher-config.ts';
import type { CommandIo } from '../command/command-io.ts';
import { formatLogLine } from './format-log-line.ts';

/** The watcher's log on standard error: JSON lines, or readable ones when a person looks on. */
export function openLog(
  { level, format }: WatcherConfig['log'],
  { stderr, env }: Pick<CommandIo, 'stderr' | 'env'>,
): Logger {
  const pretty = format === 'pretty' || (format === 'auto' && stderr.isTTY === true);
  const colour = stderr.isTTY === true && !env.NO_COLOR;
  const write = pretty
    ? (line: string) => stderr.write(formatLogLine(line, colour))
    : (line: string) => stderr.write(printableJson(line));
  return createWatcherLog(level, { write });
}
