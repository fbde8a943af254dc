import { createLog, type Log } from '../../functions/ambient/log.ts';
import type { ReceiverConfig } from '../../functions/platforms/node/config/receiver-config.ts';
import type { CommandIo } from '../command/command-io.ts';
import { openLog } from '../terminal/open-log.ts';

/** The receiver's log on standard error: JSON lines with their time, or readable ones when a person looks on. */
export function openReceiverLog(settings: ReceiverConfig['log'], io: Pick<CommandIo, 'stderr' | 'env'>): Log {
  const log = openLog(settings, io);
  return createLog((level, fields, message) => log[level](fields, message));
}
