import { delay } from '../../settings/ambient/delay.ts';
import { isRecord, text } from '../lifecycle/snapshot/json-field.ts';
import { afterEnding } from './api/after-ending.ts';
import { createApiBackoff } from './api/api-backoff.ts';
import type { ApiClient } from './api/call-api.ts';
import type { Ending } from './api/ending.ts';
import { getJson } from './api/get-json.ts';
import { canI, type Permission } from './api/permission.ts';
import type { SourceLog } from './api/source-log.ts';

const PATH = '/api/v1/namespaces/kube-system';

/** What asking needs. */
export const READ_CLUSTER_UID: Permission = {
  verb: 'get',
  group: '',
  resource: 'namespaces',
  namespaced: false,
  namespace: null,
  name: 'kube-system',
};

/**
 * The cluster's identity: the UID of its `kube-system` namespace. Asks until it gets an answer, and says what is
 * missing once per kind of trouble.
 *
 * @returns null when `signal` aborts first.
 */
export async function awaitClusterUid(
  {
    client,
    random,
    log,
    onTrouble = () => {},
  }: {
    client: ApiClient;
    random: () => number;
    log: SourceLog;
    /** Told at every attempt that failed why it did, in one sentence. */
    onTrouble?: (why: string) => void;
  },
  signal: AbortSignal,
): Promise<string | null> {
  const backoff = createApiBackoff({ clock: client.clock, random, firstMs: 800 });
  const told = new Set<string>();
  while (!signal.aborted) {
    const ending = await askClusterUid(client, signal);
    if (typeof ending === 'string') return ending;
    const { next, atLeastMs } = afterEnding(ending);
    if (next === 'stop') return null;
    const waitMs = Math.max(backoff.next(), atLeastMs);
    onTrouble(explain(ending));
    if (!told.has(ending.kind)) log.warn({ cause: ending.kind, waitMs: Math.round(waitMs) }, explain(ending));
    told.add(ending.kind);
    await delay(client.clock, waitMs, signal);
  }
  return null;
}

/** Asks once for the cluster's identity; how that failed otherwise. */
async function askClusterUid(client: ApiClient, signal: AbortSignal): Promise<string | Ending> {
  const answer = await getJson(client, PATH, signal);
  if (answer.kind === 'ended') return answer.ending;
  const metadata = isRecord(answer.value) && isRecord(answer.value.metadata) ? answer.value.metadata : {};
  return text(metadata.uid) ?? { kind: 'malformed', message: 'the kube-system namespace has no UID' };
}

/**
 * For {@link SourceDeps.sameCluster}: asks which cluster answers.
 *
 * @param bind throws when the UID is not that of the cluster that is followed.
 */
export function confirmCluster(
  client: ApiClient,
  bind: (uid: string) => void,
): (signal: AbortSignal) => Promise<Ending | null> {
  return async (signal) => {
    const answer = await askClusterUid(client, signal);
    if (typeof answer !== 'string') return { ...answer, message: explain(answer) };
    bind(answer);
    return null;
  };
}

function explain(ending: Ending): string {
  if (ending.kind !== 'forbidden') return ending.message;
  const permission = 'not allowed to get the namespace kube-system, whose UID is the identity of the cluster';
  return `${permission}; check with: ${canI(READ_CLUSTER_UID)}. ${ending.message}`;
}
