import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { User } from '@kubernetes/client-node';
import { errorCodeOf, messageOf } from '../../../settings/ambient/describe-error.ts';
import { readBounded } from '../../../settings/files/read-bounded.ts';
import { readText } from '../../../settings/files/read-text.ts';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import type { ChosenContext } from './choose-context.ts';
import { ClusterAccessError } from './cluster-access-error.ts';
import { type Kubeconfig, tokenFileOf } from './read-kubeconfig.ts';

/** A bundle of all public CAs is a quarter of this. */
const MAX_FILE_BYTES = 1024 * 1024;

/** What one request needs to be let in. Never logged. */
export type Credentials = {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;
};

/**
 * Works out headers and TLS material for a request, with client-node doing static tokens, basic auth, exec plugins,
 * OIDC and certificates. All files are read anew each time, so that a rotated service account token or client
 * certificate is used from the next request on; requests are rare (a watch lasts minutes).
 *
 * @throws ClusterAccessError naming the file that cannot be read or the plugin that is missing or failed.
 */
export async function resolveCredentials(
  kubeconfig: Kubeconfig,
  chosen: ChosenContext,
): Promise<Credentials> {
  requireReadable('certificate-authority', chosen.cluster.caFile);
  requireReadable('client-certificate', chosen.user.certFile);
  requireReadable('client-key', chosen.user.keyFile);
  const tokenFile = tokenFileOf(kubeconfig, chosen.user);
  const options: RequestOptions = {};
  try {
    // A token file is read here: client-node would keep the token for a minute, final newline included.
    if (tokenFile === null) await kubeconfig.config.applyToHTTPSOptions(options);
    else await withoutAuthProvider(kubeconfig, chosen.user).applyToHTTPSOptions(options);
  } catch (error) {
    throw describeAuthFailure(error, chosen.user);
  }
  const headers = headersOf(options);
  if (tokenFile !== null) headers.authorization = `Bearer ${readToken(tokenFile)}`;
  return { headers, tls: tlsOf(options) };
}

function withoutAuthProvider(
  { config }: Kubeconfig,
  { authProvider: _, ...user }: User,
): Kubeconfig['config'] {
  config.users = [user];
  return config;
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  if (isRecord(options.headers)) {
    for (const [name, value] of Object.entries(options.headers))
      headers[name.toLowerCase()] = String(value).trim();
  }
  if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}

/** Certificates are checked unless the kubeconfig itself says `insecure-skip-tls-verify`; no environment variable. */
function tlsOf({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions): Credentials['tls'] {
  return {
    rejectUnauthorized: rejectUnauthorized ?? true,
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(servername !== undefined && { servername }),
  };
}

function requireReadable(field: string, file: string | undefined): void {
  if (file) readNamed(field, file);
}

function readToken(file: string): string {
  const token = readNamed('token', file).trim();
  if (token === '') throw new ClusterAccessError(`the token file ${file} is empty`);
  return token;
}

function readNamed(field: string, file: string): string {
  // At once: this is asked before every request, and the watcher has other work.
  const read = readText(file, (path, maxBytes) => readBounded(path, maxBytes, 0), MAX_FILE_BYTES);
  if (read.kind === 'text') return read.text;
  throw new ClusterAccessError(`cannot read the ${field} file ${file}: ${read.message}`);
}

function describeAuthFailure(error: unknown, user: User): ClusterAccessError {
  const exec: unknown = user.exec;
  const command = isRecord(exec) ? text(exec.command) : null;
  const message = messageOf(error);
  if (command === null)
    return new ClusterAccessError(`cannot get credentials for user "${user.name}": ${clip(message)}`);
  const hint = isRecord(exec) ? text(exec.installHint) : null;
  if (errorCodeOf(error) === 'ENOENT') {
    return new ClusterAccessError(
      `the exec plugin "${command}" of user "${user.name}" was not found. ${hint ?? 'Install it or add it to PATH.'}`,
    );
  }
  return new ClusterAccessError(
    `the exec plugin "${command}" of user "${user.name}" failed: ${clip(message)}`,
  );
}

/** One line, short: a plugin's whole error output belongs to its own log. */
function clip(message: string): string {
  return (message.trim().split('\n')[0] ?? '').slice(0, 200) || 'no message';
}
