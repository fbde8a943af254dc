import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig, type User } from '@kubernetes/client-node';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import { ClusterAccessError } from './cluster-access-error.ts';
import { type KubeconfigFile, readKubeconfig } from './kubeconfig-file.ts';

/** Where the kubelet puts a Pod's token. */
const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

export type KubeconfigEnvironment = Readonly<Record<string, string | undefined>>;

/** A kubeconfig as read, before a context is chosen. */
export type Kubeconfig = {
  readonly config: KubeConfig;
  /** Where it came from, for messages. */
  readonly origin: string;
  /** `users[].user.tokenFile` by user name. */
  readonly tokenFiles: ReadonlyMap<string, string>;
};

/**
 * Reads the one kubeconfig file that was given.
 *
 * @throws ClusterAccessError when the file cannot be read or is no kubeconfig.
 */
export async function readKubeconfigFile(file: string): Promise<Kubeconfig> {
  const read = await readKubeconfig(file);
  if (read === null)
    throw new ClusterAccessError(`cannot read the kubeconfig ${file}: there is no such file`);
  if (read.config.clusters.length === 0 && read.config.contexts.length === 0) {
    throw new ClusterAccessError(`${file} is not a kubeconfig: it has neither clusters nor contexts`);
  }
  return merge([read]);
}

/**
 * Reads what kubectl would: the files that KUBECONFIG names, merged, or else ~/.kube/config; where there is none of
 * them, the service account of the Pod this runs in. Of several files that define a cluster, user, context or the
 * current context, the first one counts, and alone; a file that is not there is skipped.
 *
 * @throws ClusterAccessError when there is none of them or one is broken.
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
 */
export async function readDefaultKubeconfig(env: KubeconfigEnvironment): Promise<Kubeconfig> {
  const named = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  const files = named.length > 0 ? named : [join(env.HOME ?? homedir(), '.kube', 'config')];
  const read = await Promise.all([...new Set(files)].map(readKubeconfig));
  const found = read.filter((file) => file !== null);
  const merged = merge(found);
  if (merged.config.clusters.length > 0 || merged.config.contexts.length > 0) return merged;
  if (env.KUBERNETES_SERVICE_HOST && statSync(SERVICE_ACCOUNT_TOKEN, { throwIfNoEntry: false })?.isFile()) {
    return serviceAccount();
  }
  const looked =
    named.length === 0
      ? 'KUBECONFIG is not set, there is nothing in ~/.kube/config'
      : `there is no cluster in what KUBECONFIG names (${named.join(', ')})`;
  throw new ClusterAccessError(
    `no cluster is configured: ${looked}, and this is not a Pod with a service account. Give a kubeconfig file.`,
  );
}

/** A cluster without any credentials, such as the embedded one. */
export function anonymousKubeconfig(server: string): Kubeconfig {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'cluster', server, skipTLSVerify: false }, { name: 'anonymous' });
  return { config, origin: server, tokenFiles: new Map() };
}

function serviceAccount(): Kubeconfig {
  const config = new KubeConfig();
  config.loadFromCluster();
  return { config, origin: 'the service account of this Pod', tokenFiles: new Map() };
}

function merge(files: readonly KubeconfigFile[]): Kubeconfig {
  const all = files.map(({ config }) => config);
  const users = firstOfEachName(
    files.flatMap(({ config, tokenFiles }) =>
      config.users.map((user) => ({ name: user.name, user, tokenFile: tokenFiles.get(user.name) })),
    ),
  );
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: firstOfEachName(all.flatMap(({ clusters }) => clusters)),
    contexts: firstOfEachName(all.flatMap(({ contexts }) => contexts)),
    users: users.map(({ user }) => user),
    currentContext: all.find(({ currentContext }) => currentContext)?.currentContext ?? '',
  });
  return {
    config,
    origin: files.map(({ file }) => file).join(', '),
    tokenFiles: new Map(users.flatMap(({ name, tokenFile }) => (tokenFile ? [[name, tokenFile]] : []))),
  };
}

function firstOfEachName<Named extends { readonly name: string }>(entries: readonly Named[]): Named[] {
  const first = new Map<string, Named>();
  for (const entry of entries) if (!first.has(entry.name)) first.set(entry.name, entry);
  return [...first.values()];
}

/** The file a user's bearer token is read from; null when it comes from elsewhere. */
export function tokenFileOf(kubeconfig: Kubeconfig, user: User): string | null {
  const provider: unknown = user.authProvider;
  const options = isRecord(provider) && isRecord(provider.config) ? provider.config : {};
  return text(options.tokenFile) ?? kubeconfig.tokenFiles.get(user.name) ?? null;
}
