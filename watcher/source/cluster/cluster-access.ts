import type { Readable } from 'node:stream';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { withDeadline } from '../../../settings/ambient/deadline.ts';
import type { ProxyFor } from '../../../settings/outbound/http-proxy.ts';
import { CONNECT_DIRECTLY } from '../../../settings/outbound/proxy-rules.ts';
import { chooseContext } from './choose-context.ts';
import { ClusterAccessError } from './cluster-access-error.ts';
import { type Credentials, resolveCredentials, type UserAccess } from './cluster-credentials.ts';
import { createClusterDispatcher } from './cluster-dispatcher.ts';
import { chooseClusterProxy } from './cluster-proxy.ts';
import {
  anonymousKubeconfig,
  type Kubeconfig,
  type KubeconfigEnvironment,
  readDefaultKubeconfig,
  readKubeconfigFile,
  tokenFileOf,
} from './read-kubeconfig.ts';
import { describeTransportFailure } from './transport-failure.ts';
import { authenticatorOnce } from './user-authenticator.ts';

/** An exec plugin that takes longer is waiting for somebody who is not there. */
const CREDENTIALS_DEADLINE_MS = 60_000;

/** What is read of an answer while nobody takes it: those who read much gather what comes themselves. */
const READ_AHEAD_BYTES = 128 * 1024;

export type ClusterLocation = {
  /** A kubeconfig file; without it, and without `server`, the default chain of kubectl and then the Pod's own. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** The environment, of which KUBECONFIG, HOME and KUBERNETES_SERVICE_HOST are read. */
  readonly env?: KubeconfigEnvironment | undefined;
  /**
   * Another address for the context's cluster. On its own: that server without any credentials, so that a token of
   * the default kubeconfig never goes to an address given by hand.
   */
  readonly server?: string | undefined;
  /** Which proxy leads to an API server whose cluster has no `proxy-url`; left out: none does. */
  readonly proxyFor?: ProxyFor | undefined;
  readonly clock?: Clock | undefined;
};

export type ClusterRequest = {
  readonly signal: AbortSignal;
  /** Creates (POST), replaces (PUT) or applies (PATCH) an object instead of reading; `body` is sent as JSON. */
  readonly write?: {
    readonly method: 'POST' | 'PUT' | 'PATCH';
    readonly body: unknown;
    /** What kind of JSON it is, where that decides what is done with it. */
    readonly contentType?: string;
  };
};

export type ClusterResponse = {
  readonly status: number;
  readonly retryAfter: string | null;
  /** What time it is at the server, as it was sent. */
  readonly date?: string;
  /** To be read to its end or destroyed. */
  readonly body: Readable;
};

/** An authenticated way to one API server. */
export interface ClusterAccess {
  /** Address without credentials, for messages. */
  readonly server: string;
  readonly contextName: string | null;
  /** The context's namespace, when it has one. */
  readonly namespace: string | null;
  /** True when the kubeconfig itself says that certificates are not to be checked. */
  readonly insecure: boolean;
  /**
   * One request, a GET unless told otherwise; resolves with the headers. A 401 makes it load the credentials anew
   * (kubeconfig, token file, exec plugin) and try once more.
   *
   * @param path with its query, such as `/api/v1/pods?limit=1`
   * @throws Error whose message says in one sentence why no answer came; the reason of `signal` when it aborts.
   */
  request(path: string, options: ClusterRequest): Promise<ClusterResponse>;
  /** Cuts all connections. */
  close(): Promise<void>;
}

type Loaded = UserAccess & { readonly kubeconfig: Kubeconfig };

/**
 * Finds the cluster and proves that its credentials can be had; does not connect yet.
 *
 * @throws ClusterAccessError when file, context, certificate file or exec plugin is missing or wrong.
 */
export async function loadCluster(location: ClusterLocation): Promise<ClusterAccess> {
  const { clock = systemClock, proxyFor = CONNECT_DIRECTLY } = location;
  let loaded = await load(location);
  const resolve = (signal?: AbortSignal) => within(clock, resolveCredentials(loaded), signal);
  await resolve();
  const { cluster, contextName, namespace } = loaded.chosen;
  const base = cluster.server.replace(/\/$/, '');
  const server = new URL(base).origin;
  const dispatcher = createClusterDispatcher(chooseClusterProxy(cluster, proxyFor));

  async function send(
    path: string,
    { signal, write }: ClusterRequest,
    credentials: Credentials,
  ): Promise<ClusterResponse> {
    const content = write && { 'content-type': write.contentType ?? 'application/json' };
    try {
      const response = await dispatcher.for(credentials.tls).request({
        origin: server,
        path: new URL(base).pathname.replace(/\/$/, '') + path,
        method: write?.method ?? 'GET',
        headers: { accept: 'application/json', 'user-agent': 'offhook', ...content, ...credentials.headers },
        ...(write && { body: JSON.stringify(write.body) }),
        highWaterMark: READ_AHEAD_BYTES,
        signal,
      });
      dispatcher.answered();
      // A body that is destroyed half-read emits an error, which without a listener would end the process.
      response.body.on('error', () => {});
      const { date, 'retry-after': retryAfter } = response.headers;
      return {
        status: response.statusCode,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
        ...(typeof date === 'string' && { date }),
        body: response.body,
      };
    } catch (error) {
      dispatcher.failed();
      signal.throwIfAborted();
      const trust = trustInWords(loaded);
      throw new Error(describeTransportFailure(error, { server, trust }), { cause: error });
    }
  }

  return {
    server,
    contextName: location.server && !location.kubeconfig && !location.context ? null : contextName,
    namespace,
    insecure: server.startsWith('https:') && cluster.skipTLSVerify,
    async request(path, options) {
      const response = await send(path, options, await resolve(options.signal));
      if (response.status !== 401) return response;
      response.body.destroy();
      loaded = await load(location);
      return send(path, options, await resolve(options.signal));
    },
    close: () => dispatcher.close(),
  };
}

async function load({ kubeconfig: file, context, server, env = {} }: ClusterLocation): Promise<Loaded> {
  const kubeconfig =
    file !== undefined
      ? await readKubeconfigFile(file)
      : server !== undefined && context === undefined
        ? anonymousKubeconfig(server)
        : await readDefaultKubeconfig(env);
  const chosen = chooseContext(kubeconfig, { context, server });
  const tokenFile = tokenFileOf(kubeconfig, chosen.user);
  return { kubeconfig, chosen, tokenFile, authenticator: authenticatorOnce(chosen.user, tokenFile) };
}

function trustInWords({ kubeconfig, chosen }: Loaded): string {
  if (chosen.cluster.caFile) return `the CA in ${chosen.cluster.caFile}`;
  if (chosen.cluster.caData)
    return `certificate-authority-data of "${chosen.cluster.name}" in ${kubeconfig.origin}`;
  return 'the public CAs that come with Node, because the kubeconfig names no certificate-authority';
}

function within(
  clock: Clock,
  credentials: Promise<Credentials>,
  signal: AbortSignal | undefined,
): Promise<Credentials> {
  const overdue = () =>
    new ClusterAccessError(`credentials were not there after ${CREDENTIALS_DEADLINE_MS / 1000} s`);
  return withDeadline(clock, { ms: CREDENTIALS_DEADLINE_MS, overdue, signal }, () => credentials);
}
