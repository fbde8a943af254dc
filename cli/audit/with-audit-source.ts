import { readBounded } from '../../settings/files/read-bounded.ts';
import { readText } from '../../settings/files/read-text.ts';
import { type CommandInput, type CommandIo, EXIT, stringOption, UsageError } from '../terminal/command.ts';
import { type AuditSource, AuditSourceError } from './audit-source.ts';
import { openDatabaseSource } from './database-source.ts';
import { openFileSource } from './file-source.ts';
import { openHttpSource } from './http-source.ts';

/** Options that say which audit trail; every command of the group has them. */
export const WHICH_AUDIT = {
  'data-dir': { type: 'string' },
  url: { type: 'string' },
  'token-file': { type: 'string' },
  file: { type: 'string' },
} as const;

export const WHICH_AUDIT_HELP = `  --data-dir DIR       data directory of a receiver on Node, whether it runs or not
  --url URL            a receiver anywhere; events go to /events below this URL
  --token-file FILE    with --url: holds the token of the receiver's page (PAGE_TOKEN)
  --file FILE          what "offhook audit export" wrote`;

const MOST_FILE_BYTES = 16 * 1024;

/**
 * Opens the audit trail, runs `work` and closes it. What an operator can do something about becomes a message and exit
 * code 1.
 *
 * @throws UsageError when the options do not name exactly one.
 */
export async function withAuditSource(
  input: CommandInput,
  io: Pick<CommandIo, 'stderr' | 'stop'>,
  work: (source: AuditSource) => Promise<number>,
): Promise<number> {
  const open = chooseSource(input, io.stop);
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

function chooseSource(input: CommandInput, stop: AbortSignal): () => AuditSource {
  const dataDir = stringOption(input, 'data-dir');
  const url = stringOption(input, 'url');
  const file = stringOption(input, 'file');
  const tokenFile = stringOption(input, 'token-file');
  const given = [dataDir, url, file].filter((value) => value !== undefined);
  if (given.length !== 1) throw new UsageError('expected one of --data-dir DIR, --url URL and --file FILE');
  if (tokenFile !== undefined && url === undefined) throw new UsageError('--token-file goes with --url');
  if (dataDir !== undefined) return () => openDatabaseSource(dataDir);
  if (file !== undefined) return () => openFileSource(file);
  const base = readUrl(url ?? '');
  return () => {
    const token = tokenFile === undefined ? null : (readWords('--token-file', tokenFile)[0] ?? null);
    return openHttpSource({ url: base, token, fetch, stop });
  };
}

/** With a slash at its end, so that what is below it can be named. */
function readUrl(text: string): URL {
  const url = URL.parse(text.endsWith('/') ? text : `${text}/`);
  // It may hold a credential, so it is not repeated.
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new UsageError(
      '--url must be an http(s) URL such as https://bridge.example.workers.dev, without a user and a query',
    );
  }
  return url;
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
