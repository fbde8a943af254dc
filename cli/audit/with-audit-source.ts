import { readBounded } from '../../settings/files/read-bounded.ts';
import { readText } from '../../settings/files/read-text.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { type AuditSource, AuditSourceError } from './audit-source.ts';
import { openDatabaseSource } from './database-source.ts';
import { openFileSource } from './file-source.ts';
import { openHttpSource } from './http-source.ts';
import type { WhichAudit } from './which-audit.ts';

const MOST_FILE_BYTES = 16 * 1024;

/**
 * Opens the audit trail, runs `work` and closes it. What an operator can do something about becomes a message and exit
 * code 1.
 *
 * @throws UsageError when not exactly one is named.
 */
export async function withAuditSource(
  which: WhichAudit,
  io: Pick<CommandIo, 'stderr' | 'stop'>,
  work: (source: AuditSource) => Promise<number>,
): Promise<number> {
  const open = chooseSource(which, io.stop);
  let source: AuditSource | null = null;
  try {
    source = open();
    return await work(source);
  } catch (error) {
    if (io.stop.aborted) io.stderr.write('offhook audit: stopped\n');
    else if (error instanceof AuditSourceError) io.stderr.write(`offhook audit: ${error.message}\n`);
    else throw error;
    return EXIT.failed;
  } finally {
    source?.close();
  }
}

function chooseSource(which: WhichAudit, stop: AbortSignal): () => AuditSource {
  const { dataDir, url, file, tokenFile } = which;
  const given = [dataDir, url, file].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError('expected one of --data-dir DIR, --url URL and --file FILE');
  return () => {
    if (dataDir !== undefined) return openDatabaseSource(dataDir);
    if (file !== undefined) return openFileSource(file);
    if (url === undefined) throw new Error('unreachable: one of them is given');
    const token = tokenFile === undefined ? null : (readWords('--token-file', tokenFile)[0] ?? null);
    return openHttpSource({ url, token, fetch, stop });
  };
}

/**
 * The words of a small file: a token, or one key or several.
 *
 * @throws AuditSourceError naming the option; the path of a file with a secret can be one itself.
 */
export function readWords(option: string, path: string): readonly string[] {
  const read = readText(path, readBounded, MOST_FILE_BYTES);
  if (read.kind === 'unreadable') throw new AuditSourceError(`${option}: ${read.message}`);
  const words = read.text.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) throw new AuditSourceError(`${option}: the file is empty`);
  return words;
}
