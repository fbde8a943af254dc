import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { User } from '@kubernetes/client-node';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import { ClusterAccessError } from './cluster-access-error.ts';
import type { KubeconfigEntries } from './kubeconfig-entries.ts';
import { type KubeconfigFile, readKubeconfig } from './kubeconfig-file.ts';
import { SERVICE_ACCOUNT_TOKEN, serviceAccountEntries } from './service-account.ts';

export type KubeconfigEnvironment = Readonly<Record<string, string | undefined>>;

/** A kubeconfig as read, before a context is chosen. */
export type Kubeconfig = {
  readonly entries: KubeconfigEntries;
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
  if (read.entries.clusters.length === 0 && read.entries.contexts.length === 0) {
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
  if (merged.entries.clusters.length > 0 || merged.entries.contexts.length > 0) return merged;
  if (env.KUBERNETES_SERVICE_HOST && statSync(SERVICE_ACCOUNT_TOKEN, { throwIfNoEntry: false })?.isFile()) {
    return serviceAccount(env);
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
  const cluster = { name: 'cluster', server, skipTLSVerify: false };
  const context = { name: 'loaded-context', cluster: cluster.name, user: 'anonymous' };
  return {
    entries: {
      clusters: [cluster],
      contexts: [context],
      users: [{ name: context.user }],
      currentContext: context.name,
    },
    origin: server,
    tokenFiles: new Map(),
  };
}

function serviceAccount(env: KubeconfigEnvironment): Kubeconfig {
  return {
    entries: serviceAccountEntries(env),
    origin: 'the service account of this Pod',
    tokenFiles: new Map(),
  };
}

function merge(files: readonly KubeconfigFile[]): Kubeconfig {
  const all = files.map(({ entries }) => entries);
  const users = firstOfEachName(
    files.flatMap(({ entries, tokenFiles }) =>
      entries.users.map((user) => ({ name: user.name, user, tokenFile: tokenFiles.get(user.name) })),
    ),
  );
  return {
    entries: {
      clusters: firstOfEachName(all.flatMap(({ clusters }) => clusters)),
      contexts: firstOfEachName(all.flatMap(({ contexts }) => contexts)),
      users: users.map(({ user }) => user),
      currentContext: all.find(({ currentContext }) => currentContext)?.currentContext ?? '',
    },
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
