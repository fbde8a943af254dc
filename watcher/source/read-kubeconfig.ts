import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { parseDocument } from 'yaml';
import { isRecord, records, text } from '../lifecycle/json-field.ts';
import { ClusterAccessError } from './cluster-access-error.ts';

/** What client-node invents when it finds no configuration at all. */
const INVENTED_SERVER = 'http://localhost:8080';

/** A kubeconfig as read, before a context is chosen. */
export type Kubeconfig = {
  readonly config: KubeConfig;
  /** Where it came from, for messages. */
  readonly origin: string;
  /** `users[].user.tokenFile` by user name: client-node knows that field under a wrong name only. */
  readonly tokenFiles: ReadonlyMap<string, string>;
};

/**
 * Reads one kubeconfig file; relative paths in it are taken from its folder, as kubectl does.
 *
 * @throws ClusterAccessError when the file cannot be read or is no kubeconfig; faults in the YAML are given with
 *   line and column but never with the text around them, which may be a token.
 */
export async function readKubeconfigFile(file: string): Promise<Kubeconfig> {
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : (error.code ?? 'unknown error');
    throw new ClusterAccessError(`cannot read the kubeconfig ${file}: ${why}`);
  });
  const document = parseKubeconfig(content, file);
  const config = new KubeConfig();
  try {
    config.loadFromString(content);
  } catch (error) {
    throw new ClusterAccessError(
      `${file} is not a kubeconfig: ${error instanceof Error ? error.message : ''}`,
    );
  }
  const folder = dirname(resolve(file));
  config.makePathsAbsolute(folder);
  return { config, origin: file, tokenFiles: tokenFilesOf(document, folder) };
}

/**
 * Reads what kubectl would: KUBECONFIG (all its files merged), then ~/.kube/config, then the service account of
 * the Pod this runs in. client-node does the looking; a `tokenFile` in those kubeconfigs is not seen by it.
 *
 * @throws ClusterAccessError when there is none of them or one is broken.
 */
export function readDefaultKubeconfig(): Kubeconfig {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new ClusterAccessError(`cannot read the default kubeconfig: ${withoutExcerpt(error)}`);
  }
  if (config.getCurrentCluster()?.server === INVENTED_SERVER && config.currentContext === 'loaded-context') {
    throw new ClusterAccessError(
      'no cluster is configured: KUBECONFIG is not set, there is no ~/.kube/config, and this is not a Pod ' +
        'with a service account. Give a kubeconfig file.',
    );
  }
  return { config, origin: 'the default kubeconfig', tokenFiles: new Map() };
}

/** A cluster without any credentials, such as the embedded one. */
export function anonymousKubeconfig(server: string): Kubeconfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'cluster', server, skipTLSVerify: false }, { name: 'anonymous' });
  return { config, origin: server, tokenFiles: new Map() };
}

function parseKubeconfig(content: string, file: string): Record<string, unknown> {
  const document = parseDocument(content, { prettyErrors: true, logLevel: 'silent' });
  const fault = document.errors[0];
  if (fault) {
    const at = fault.linePos?.[0];
    const where = at ? `line ${at.line}, column ${at.col}` : 'somewhere';
    throw new ClusterAccessError(`${file} is not valid YAML: ${fault.code} at ${where}`);
  }
  const parsed: unknown = document.toJS({ maxAliasCount: 100 });
  if (!isRecord(parsed) || !Array.isArray(parsed.clusters)) {
    throw new ClusterAccessError(
      `${file} is not a kubeconfig: expected a mapping with "clusters", "contexts" and "users"`,
    );
  }
  return parsed;
}

function tokenFilesOf(document: Record<string, unknown>, folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of records(document.users)) {
    const name = text(entry.name);
    const file = isRecord(entry.user) ? text(entry.user.tokenFile) : null;
    if (name && file) files.set(name, resolve(folder, file));
  }
  return files;
}

/** The file a user's bearer token is read from; null when it comes from elsewhere. */
export function tokenFileOf(kubeconfig: Kubeconfig, user: User): string | null {
  const provider: unknown = user.authProvider;
  const options = isRecord(provider) && isRecord(provider.config) ? provider.config : {};
  return text(options.tokenFile) ?? kubeconfig.tokenFiles.get(user.name) ?? null;
}

/** js-yaml's message quotes the lines around the fault; only its first line is safe to show. */
function withoutExcerpt(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown error';
}
