import { AuditSourceError } from '../audit/audit-source.ts';
import { readWords } from '../audit/with-audit-source.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { openDatabaseFailures } from './database-failures.ts';
import type { FailureSource } from './failure-source.ts';
import { openHttpFailures } from './http-failures.ts';
import type { WhichReceiver } from './which-receiver.ts';
import { whoAsks } from './who-asks.ts';

/**
 * Opens a receiver's handlers, runs `work` and closes them. What an operator can do something about becomes a message
 * and exit code 1.
 *
 * @throws UsageError when not exactly one receiver is named.
 */
export async function withFailureSource(
  which: WhichReceiver,
  io: Pick<CommandIo, 'stderr' | 'stop'>,
  work: (source: FailureSource) => Promise<number>,
): Promise<number> {
  const { dataDir, url } = which;
  if ((dataDir === undefined) === (url === undefined))
    throw new UsageError('expected one of --data-dir DIR and --url URL');
  let source: FailureSource | null = null;
  try {
    source = openSource(which, io.stop);
    return await work(source);
  } catch (error) {
    if (io.stop.aborted) io.stderr.write('offhook handlers: stopped\n');
    else if (error instanceof AuditSourceError) io.stderr.write(`offhook handlers: ${error.message}\n`);
    else throw error;
    return EXIT.failed;
  } finally {
    source?.close();
  }
}

function openSource({ dataDir, url, tokenFile }: WhichReceiver, stop: AbortSignal): FailureSource {
  const claimedBy = whoAsks();
  if (dataDir !== undefined) return openDatabaseFailures(dataDir, { claimedBy, stop });
  if (url === undefined) throw new Error('unreachable: one of them is given');
  const token = tokenFile === undefined ? null : (readWords('--token-file', tokenFile)[0] ?? null);
  return openHttpFailures({ url, token, fetch, stop }, claimedBy);
}
