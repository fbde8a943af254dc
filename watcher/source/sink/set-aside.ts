import type { Clock } from '../../../settings/ambient/clock.ts';
import { createLineLimit } from './line-limit.ts';
import type { ListedKeys } from './source-batch.ts';
import { covers, type PodStream } from './stream-name.ts';

/**
 * - `unreadable`: something in a Pod cannot be what Kubernetes writes there.
 * - `failed`: what was learned of an object could not be told; a fault of Offhook.
 * - `implausible`: no kubelet can have written an Event, or it says of its Pod what is not so.
 * - `unclaimed`: the Pod of a failed hook never became known.
 */
const ASIDE_REASONS = ['unreadable', 'failed', 'implausible', 'unclaimed'] as const;
type AsideReason = (typeof ASIDE_REASONS)[number];
type AsideResource = 'pods' | 'events';

export type AsideObject = {
  readonly resource: AsideResource;
  readonly reason: AsideReason;
  /** What tells it from others: a Pod's key, an Event's UID. */
  readonly key: string;
  /** Namespace and name, as far as they are known. */
  readonly name: string;
  /** One sentence that quotes nothing of the object. */
  readonly why: string;
};

export type SetAsideReport = {
  /** Pods that are left aside now. */
  readonly pods: number;
  /** Since the start. */
  readonly totals: readonly {
    readonly resource: AsideResource;
    readonly reason: AsideReason;
    readonly count: number;
  }[];
};

/** Objects that are left aside, each alone, so that everything else goes on. */
export interface SetAside {
  /** Counts it each time it is shown so, and logs it once. */
  add(object: AsideObject): void;
  /** The Pod could be taken up after all, as far as this reason goes. */
  takenUp(key: string, reason: AsideReason): void;
  /** The Pod is gone. */
  remove(key: string): void;
  /** Of a complete list of Pods: the others of the stream's namespace are gone. */
  keepOnly(keys: ListedKeys, stream: PodStream): void;
  report(): SetAsideReport;
}

/** More are counted and not remembered: they are logged again when they are shown again. */
const MOST_REMEMBERED = 1_000;

/** Keeps count of what is left aside, for the log, `/metrics` and the text of `/readyz`. In bounded memory. */
export function createSetAside({
  log,
  clock,
}: {
  readonly log: {
    info(details: object, message: string): void;
    warn(details: object, message: string): void;
  };
  readonly clock: Pick<Clock, 'monotonicMs'>;
}): SetAside {
  const pods = new Map<string, { readonly reason: AsideReason; readonly namespace: string }>();
  /** Events do not come back: only that they were logged is remembered. */
  const events = new Set<string>();
  const totals = new Map<string, number>();
  const limit = createLineLimit(clock);

  function say({ resource, reason, name, why }: AsideObject): void {
    const admitted = limit.admit();
    if (admitted === null) return;
    const what = resource === 'pods' ? 'Pod' : 'Event';
    log.warn(
      { resource, reason, name, ...(admitted.unsaid > 0 && admitted) },
      `left one ${what} aside, everything else goes on: ${why}`,
    );
  }

  return {
    add(object) {
      const { resource, reason, key } = object;
      const total = `${resource}/${reason}`;
      totals.set(total, (totals.get(total) ?? 0) + 1);
      if (resource === 'events') {
        if (events.has(key)) return;
        remember(events, () => events.add(key));
      } else {
        if (pods.get(key)?.reason === reason) return;
        const [namespace = ''] = object.name.split('/');
        remember(pods, () => pods.set(key, { reason, namespace }));
      }
      say(object);
    },
    takenUp(key, reason) {
      if (pods.get(key)?.reason !== reason) return;
      pods.delete(key);
      log.info({ resource: 'pods', reason }, 'a Pod that was left aside is taken up again');
    },
    remove: (key) => void pods.delete(key),
    keepOnly(keys, stream) {
      for (const [key, { namespace }] of pods)
        if (!keys.has(key) && covers(stream, namespace)) pods.delete(key);
    },
    report: () => ({
      pods: pods.size,
      totals: (['pods', 'events'] as const).flatMap((resource) =>
        ASIDE_REASONS.map((reason) => ({
          resource,
          reason,
          count: totals.get(`${resource}/${reason}`) ?? 0,
        })),
      ),
    }),
  };
}

/** Adds one, and lets go of the oldest when there are too many. */
function remember(
  into: { readonly size: number; keys(): Iterator<string>; delete(key: string): boolean },
  add: () => void,
): void {
  add();
  if (into.size <= MOST_REMEMBERED) return;
  const oldest = into.keys().next();
  if (!oldest.done) into.delete(oldest.value);
}
