import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { ClusterView, NoticeOutcome } from '../lifecycle/cluster-view.ts';
import type { KubeletNotice } from '../lifecycle/snapshot/kubelet-notice.ts';
import type { PodSnapshot } from '../lifecycle/snapshot/pod-snapshot.ts';
import type { Transition } from '../lifecycle/transition.ts';
import type { SetAside } from '../source/sink/set-aside.ts';
import type { NewEvent } from './lifecycle-journal.ts';

/**
 * Learns from one object at a time: whatever goes wrong with one is undone and left aside, and no other notices. Where events
 * follow from one change, which another watcher may have told while the rest of the batch is still to be told, `changedAt` is
 * its resourceVersion.
 */
export interface LearnAlone {
  /** Of a Pod that was read; one that could not be stays as it is known. */
  pod(pod: PodSnapshot, learn: () => readonly Transition[], changedAt?: string): readonly NewEvent[];
  /** Of a Pod that is gone. */
  gone(key: string, learn: () => readonly Transition[], changedAt?: string): readonly NewEvent[];
  /** Of a known Pod, from the time alone. */
  known(key: string, learn: () => readonly Transition[]): readonly NewEvent[];
  notice(notice: KubeletNotice, learn: () => NoticeOutcome, changedAt?: string): readonly NewEvent[];
}

export function createLearnAlone({
  view,
  setAside,
  named,
}: {
  readonly view: ClusterView;
  readonly setAside: SetAside;
  readonly named: (transitions: readonly Transition[], changedAt?: string) => readonly NewEvent[];
}): LearnAlone {
  /** Written once before it counts, so that an event that cannot be does not take others of its transaction with it. */
  const written = (transitions: readonly Transition[], changedAt?: string): readonly NewEvent[] => {
    // Nobody has told one without a resourceVersion.
    const events = named(transitions, changedAt === '' ? undefined : changedAt);
    for (const event of events) event.encode(0);
    return events;
  };

  const known: LearnAlone['gone'] = (key, learn, changedAt) => {
    const before = view.known(key);
    try {
      const events = written(learn(), changedAt);
      setAside.takenUp(key, 'failed');
      return events;
    } catch (error) {
      const facts = view.known(key)?.pod ?? before?.pod;
      view.restore(key, before);
      const name = facts === undefined ? '' : `${facts.namespace}/${facts.name}`;
      setAside.add({ resource: 'pods', reason: 'failed', key, name, why: failure(error) });
      return [];
    }
  };

  const outcome: LearnAlone['notice'] = (notice, learn, changedAt) => {
    const name = `${notice.namespace}/${notice.podName}`;
    const aside = (reason: 'failed' | 'implausible' | 'unclaimed', why: string) =>
      setAside.add({ resource: 'events', reason, key: notice.eventUid, name, why });
    let told: Extract<NoticeOutcome, { kind: 'told' }> | null = null;
    try {
      const learned = learn();
      if (learned.kind === 'implausible' || learned.kind === 'unclaimed') aside(learned.kind, learned.why);
      if (learned.kind !== 'told') return [];
      told = learned;
      return written(learned.transitions, changedAt);
    } catch (error) {
      if (told !== null) view.restore(told.key, told.before);
      view.drop(notice);
      aside('failed', failure(error));
      return [];
    }
  };

  return {
    known: (key, learn) => known(key, learn),
    notice: outcome,
    pod(pod, learn, changedAt) {
      const { key, namespace, name, unreadable } = pod;
      if (unreadable === null) {
        setAside.takenUp(key, 'unreadable');
        return known(key, learn, changedAt);
      }
      const facts = { key, name: `${namespace}/${name}`, why: unreadable };
      setAside.add({ resource: 'pods', reason: 'unreadable', ...facts });
      return [];
    },
    gone(key, learn, changedAt) {
      const events = known(key, learn, changedAt);
      setAside.remove(key);
      return events;
    },
  };
}

const LONGEST_REASON = 200;

function failure(error: unknown): string {
  const why = messageOf(error);
  return `what was learned of it could not be told (${why.slice(0, LONGEST_REASON)})`;
}
