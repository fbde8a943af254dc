import { dirname, isAbsolute, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { readBounded } from '../../../settings/files/read-bounded.ts';
import { readText } from '../../../settings/files/read-text.ts';
import { isRecord, records, text } from '../../lifecycle/snapshot/json-field.ts';
import { ClusterAccessError } from './cluster-access-error.ts';
import { entriesOf, type KubeconfigEntries } from './kubeconfig-entries.ts';

/** Kubeconfigs with embedded certificates for hundreds of clusters are smaller. */
const MAX_BYTES = 8 * 1024 * 1024;
const LISTS = ['clusters', 'users', 'contexts'] as const;

/** One file, all of whose paths are absolute. */
export type KubeconfigFile = {
  readonly file: string;
  readonly entries: KubeconfigEntries;
  /** `users[].user.tokenFile` by user name: client-node does not know that field. */
  readonly tokenFiles: ReadonlyMap<string, string>;
};

/**
 * Reads one kubeconfig file. Relative paths in it (certificates, keys, token files, exec commands with a slash) are
 * taken from its folder, as kubectl does.
 *
 * @returns null when there is no such file.
 * @throws ClusterAccessError when the file cannot be read or is no kubeconfig; faults in the YAML are given with
 *   line and column but never with the text around them, which may be a token.
 */
export async function readKubeconfig(file: string): Promise<KubeconfigFile | null> {
  const read = readText(file, readBounded, MAX_BYTES);
  if (read.kind === 'unreadable') {
    if (read.isMissing) return null;
    throw new ClusterAccessError(`cannot read the kubeconfig ${file}: ${read.message}`);
  }
  const document = parse(read.text, file);
  let entries: KubeconfigEntries;
  try {
    entries = entriesOf(document);
  } catch (error) {
    throw new ClusterAccessError(`${file} is not a kubeconfig: ${messageOf(error)}`);
  }
  const folder = dirname(resolve(file));
  makePathsAbsolute(entries, folder);
  return { file, entries, tokenFiles: tokenFilesOf(document, folder) };
}

type Document = Record<string, unknown>;

/** What kubectl takes for empty is empty: a file may hold users only, and another one their clusters. */
function parse(content: string, file: string): Document {
  const document = parseDocument(content, { prettyErrors: true, logLevel: 'silent' });
  const fault = document.errors[0];
  if (fault) {
    const at = fault.linePos?.[0];
    const where = at ? `line ${at.line}, column ${at.col}` : 'somewhere';
    throw new ClusterAccessError(`${file} is not valid YAML: ${fault.code} at ${where}`);
  }
  const parsed: unknown = document.toJS({ maxAliasCount: 100 }) ?? {};
  const isWrong = !isRecord(parsed) || LISTS.some((list) => !Array.isArray(parsed[list] ?? []));
  if (isWrong) {
    throw new ClusterAccessError(
      `${file} is not a kubeconfig: expected a mapping with "clusters", "contexts" and "users"`,
    );
  }
  const lists = Object.fromEntries(LISTS.map((list) => [list, parsed[list] ?? []]));
  return { ...parsed, ...lists, users: records(lists.users).map(withoutUnknownToken) };
}

/** client-node would read the file that `token-file` names; kubectl knows no such field. */
function withoutUnknownToken(entry: Document): Document {
  if (!isRecord(entry.user)) return entry;
  const { 'token-file': _, ...user } = entry.user;
  return { ...entry, user };
}

function makePathsAbsolute({ clusters, users }: KubeconfigEntries, folder: string): void {
  for (const cluster of clusters) if (cluster.caFile) cluster.caFile = resolve(folder, cluster.caFile);
  for (const user of users) {
    if (user.certFile) user.certFile = resolve(folder, user.certFile);
    if (user.keyFile) user.keyFile = resolve(folder, user.keyFile);
    makeCommandAbsolute(user.exec, folder);
  }
}

function makeCommandAbsolute(exec: unknown, folder: string): void {
  if (!isRecord(exec) || typeof exec.command !== 'string') return;
  if (exec.command.includes('/') && !isAbsolute(exec.command)) exec.command = resolve(folder, exec.command);
}

function tokenFilesOf(document: Document, folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of records(document.users)) {
    const name = text(entry.name);
    const file = isRecord(entry.user) ? text(entry.user.tokenFile) : null;
    if (name && file) files.set(name, resolve(folder, file));
  }
  return files;
}
