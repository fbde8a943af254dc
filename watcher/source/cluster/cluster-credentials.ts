import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { User } from '@kubernetes/client-node';
import { errorCodeOf, messageOf } from '../../../settings/ambient/describe-error.ts';
import { readBounded } from '../../../settings/files/read-bounded.ts';
import { readText } from '../../../settings/files/read-text.ts';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import type { ChosenContext } from './choose-context.ts';
import { ClusterAccessError } from './cluster-access-error.ts';
import type { UserAuthenticator } from './user-authenticator.ts';

/** A bundle of all public CAs is a quarter of this. */
const MAX_FILE_BYTES = 1024 * 1024;

/** What one request needs to be let in. Never logged. */
export type Credentials = {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;
};

/** A context and how its user is let in. */
export type UserAccess = {
  readonly chosen: ChosenContext;
  /** The file that the user's bearer token is read from; null when it comes from elsewhere. */
  readonly tokenFile: string | null;
  /** Loaded when it is first asked for; null where nothing has to be fetched. */
  readonly authenticator: () => Promise<UserAuthenticator | null>;
};

/**
 * Works out headers and TLS material for a request: static tokens, basic auth and certificates here; exec plugins and
 * OIDC by client-node. All files are read anew each time, so that a rotated service account token or client
 * certificate is used from the next request on; requests are rare (a watch lasts minutes).
 *
 * @throws ClusterAccessError naming the file that cannot be read or the plugin that is missing or failed.
 */
export async function resolveCredentials({
  chosen: { cluster, user },
  tokenFile,
  authenticator,
}: UserAccess): Promise<Credentials> {
  const ca = material('certificate-authority', cluster.caFile, cluster.caData);
  const ownCert = material('client-certificate', user.certFile, user.certData);
  const ownKey = material('client-key', user.keyFile, user.keyData);
  const fetched: RequestOptions = { headers: {} };
  try {
    await (await authenticator())?.(fetched);
  } catch (error) {
    throw describeAuthFailure(error, user);
  }
  const { cert = ownCert, key = ownKey } = fetched;
  const { tlsServerName: servername } = cluster;
  return {
    headers: headersOf(user, tokenFile, fetched),
    tls: {
      // Certificates are checked unless the kubeconfig itself says `insecure-skip-tls-verify`; no environment variable.
      rejectUnauthorized: !cluster.skipTLSVerify,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername && { servername }),
    },
  };
}

/** What stands further down here goes before what stands above it. */
function headersOf(user: User, tokenFile: string | null, fetched: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  if (user.impersonateUser != null) headers['impersonate-user'] = String(user.impersonateUser).trim();
  if (isRecord(fetched.headers)) {
    for (const [name, value] of Object.entries(fetched.headers))
      headers[name.toLowerCase()] = String(value).trim();
  }
  if (user.token) headers.authorization = `Bearer ${user.token}`.trim();
  if (user.username) headers.authorization = `Basic ${base64(`${user.username}:${user.password}`)}`;
  if (tokenFile !== null) headers.authorization = `Bearer ${readToken(tokenFile)}`;
  return headers;
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64');
}

/** PEM of a file, or what stands in the kubeconfig itself. */
function material(field: string, file: string | undefined, data: string | undefined): Buffer | null {
  if (file) return Buffer.from(readNamed(field, file));
  return data ? Buffer.from(data, 'base64') : null;
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
