import type { Clock } from '../../settings/ambient/clock.ts';
import { canI } from '../source/api/permission.ts';
import { sendWrite } from '../source/api/send-write.ts';
import type { SourceLog } from '../source/api/source-log.ts';
import type { ClusterAccess } from '../source/cluster/cluster-access.ts';
import type { ObjectReference } from '../subscriptions/objects/object-standing.ts';
import type { StandingTurn } from './delivery-standing.ts';
import { OBJECT_API } from './object-path.ts';
import { createWriteAllowance } from './write-allowance.ts';

/** `dropped`: there were too many; `failed`: refused, or no answer. */
export const TURN_EVENT_RESULTS = ['written', 'dropped', 'forbidden', 'failed'] as const;
export type TurnEventResult = (typeof TURN_EVENT_RESULTS)[number];

const DEADLINE_MS = 5_000;
/** All together, so that a DNS server that fails does not bury the cluster's Events under a thousand of ours. */
const MOST = { most: 20, inMs: 60_000 };
/** The same of the same object: a receiver that comes and goes is one story. */
const SAME_EVERY_MS = 300_000;
/** Without permission it is not tried for so long. */
const FORBIDDEN_MS = 600_000;
/** What is cluster-wide has its Events in this namespace: the API server takes them in no other. */
const CLUSTER_NAMESPACE = 'default';

const TOLD: Readonly<Record<StandingTurn, ToldTurn>> = {
  failing: {
    reason: 'DeliveryFailing',
    type: 'Warning',
    note: 'The receiver takes nothing. Events wait, and one at a time is tried; status.lastFailure says why.',
  },
  recovered: {
    reason: 'DeliveryRecovered',
    type: 'Normal',
    note: 'The receiver takes events again: what waits goes out.',
  },
  gone: {
    reason: 'ReceiverGone',
    type: 'Warning',
    note: 'The receiver ended the subscription (410 Gone). What waited for it is kept as dead letters.',
  },
};
type ToldTurn = { readonly reason: string; readonly type: 'Normal' | 'Warning'; readonly note: string };

type TurnEventsDeps = {
  readonly cluster: ClusterAccess;
  readonly clock: Clock;
  readonly log: SourceLog;
  readonly random: () => number;
  /** Of this process, at most 128 characters. */
  readonly instance: string;
  readonly onResult: (result: TurnEventResult) => void;
};

interface TurnEvents {
  /** Tells one turn, or drops it. Never rejects; at most five seconds. */
  tell(turn: StandingTurn, object: ObjectReference, signal: AbortSignal): Promise<void>;
}

/**
 * Kubernetes Events about turns of a subscription. Nothing is tried again: what is lost stands in the status.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function createTurnEvents(deps: TurnEventsDeps): TurnEvents {
  const { cluster, clock, log, random, instance, onResult } = deps;
  const allowance = createWriteAllowance(MOST, clock);
  /** `uid turn`, when it was told. */
  const told = new Map<string, number>();
  let forbiddenUntilMs = 0;
  let isForbiddenTold = false;

  function admits(turn: StandingTurn, uid: string): boolean {
    const nowMs = clock.monotonicMs();
    if (nowMs < forbiddenUntilMs) return false;
    for (const [key, atMs] of told) if (nowMs - atMs >= SAME_EVERY_MS) told.delete(key);
    if (told.has(`${uid} ${turn}`) || !allowance.take()) return false;
    told.set(`${uid} ${turn}`, nowMs);
    return true;
  }

  function onForbidden(namespace: string): void {
    forbiddenUntilMs = clock.monotonicMs() + FORBIDDEN_MS;
    if (isForbiddenTold) return;
    isForbiddenTold = true;
    const check = canI({
      verb: 'create',
      group: 'events.k8s.io',
      resource: 'events',
      namespaced: true,
      namespace,
      name: null,
    });
    log.warn(
      {},
      `Kubernetes Events cannot be created, and are left out; check with: ${check} (as the same identity)`,
    );
  }

  return {
    async tell(turn, object, signal) {
      if (!admits(turn, object.uid)) return onResult('dropped');
      const namespace = object.namespace ?? CLUSTER_NAMESPACE;
      const answer = await sendWrite(
        { cluster, clock },
        `/apis/events.k8s.io/v1/namespaces/${namespace}/events`,
        {
          method: 'POST',
          body: turnEvent(turn, object, { namespace, instance, nowMs: clock.nowMs(), random: random() }),
          deadlineMs: DEADLINE_MS,
          signal,
        },
      );
      const isForbidden = answer.kind === 'refused' && (answer.status === 403 || answer.status === 401);
      if (isForbidden) onForbidden(namespace);
      onResult(answer.kind === 'written' ? 'written' : isForbidden ? 'forbidden' : 'failed');
    },
  };
}

function turnEvent(
  turn: StandingTurn,
  { kind, namespace: own, name, uid, resourceVersion }: ObjectReference,
  at: {
    readonly namespace: string;
    readonly instance: string;
    readonly nowMs: number;
    readonly random: number;
  },
): object {
  const { reason, type, note } = TOLD[turn];
  const unique = `${Math.floor(at.nowMs).toString(16)}${Math.floor(at.random * 2 ** 24)
    .toString(16)
    .padStart(6, '0')}`;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `${name}.${unique}`, namespace: at.namespace },
    eventTime: new Date(at.nowMs).toISOString().replace(/Z$/, '000Z'),
    reportingController: 'offhook.dev/watcher',
    reportingInstance: at.instance.slice(0, 128),
    action: 'Deliver',
    reason,
    type,
    regarding: {
      apiVersion: OBJECT_API.version,
      kind,
      ...(own !== null && { namespace: own }),
      name,
      uid,
      resourceVersion,
    },
    note,
  };
}
