import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { ClusterView, NoticeOutcome } from '../lifecycle/cluster-view.ts';
import type { KubeletNotice } from '../lifecycle/snapshot/kubelet-notice.ts';
import type { PodSnapshot } from '../lifecycle/snapshot/pod-snapshot.ts';
import type { Transition } from '../lifecycle/transition.ts';
import type { SetAside } from '../source/sink/set-aside.ts';
import type { NewEvent } from './lifecycle-journal.ts';

/** Learns from one object at a time: whatever goes wrong with one is undone and left aside, and no other notices. */
export interface LearnAlone {
  /** Of a Pod that was read; one that could not be stays as it is known. */
  pod(pod: PodSnapshot, learn: () => readonly Transition[]): readonly NewEvent[];
  /** Of a Pod that is gone. */
  gone(key: string, learn: () => readonly Transition[]): readonly NewEvent[];
  /** Of a known Pod, from the time alone. */
  known(key: string, learn: () => readonly Transition[]): readonly NewEvent[];
  notice(notice: KubeletNotice, learn: () => NoticeOutcome): readonly NewEvent[];
}

export function createLearnAlone({
  view,
  setAside,
  named,
}: {
  readonly view: ClusterView;
  readonly setAside: SetAside;
  readonly named: (transitions: readonly Transition[]) => readonly NewEvent[];
}): LearnAlone {
  /** Written once before it counts, so that an event that cannot be does not take others of its transaction with it. */
  const written = (transitions: readonly Transition[]): readonly NewEvent[] => {
    const events = named(transitions);
    for (const event of events) event.encode(0);
    return events;
  };

  const known = (key: string, learn: () => readonly Transition[]): readonly NewEvent[] => {
    const before = view.known(key);
    try {
      const events = written(learn());
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

  const outcome = (notice: KubeletNotice, learn: () => NoticeOutcome): readonly NewEvent[] => {
    const name = `${notice.namespace}/${notice.podName}`;
    const aside = (reason: 'failed' | 'implausible' | 'unclaimed', why: string) =>
      setAside.add({ resource: 'events', reason, key: notice.eventUid, name, why });
    let told: Extract<NoticeOutcome, { kind: 'told' }> | null = null;
    try {
      const learned = learn();
      if (learned.kind === 'implausible' || learned.kind === 'unclaimed') aside(learned.kind, learned.why);
      if (learned.kind !== 'told') return [];
      told = learned;
      return written(learned.transitions);
    } catch (error) {
      if (told !== null) view.restore(told.key, told.before);
      view.drop(notice);
      aside('failed', failure(error));
      return [];
    }
  };

  return {
    known,
    notice: outcome,
    pod(pod, learn) {
      const { key, namespace, name, unreadable } = pod;
      if (unreadable === null) {
        setAside.takenUp(key, 'unreadable');
        return known(key, learn);
      }
      const facts = { key, name: `${namespace}/${name}`, why: unreadable };
      setAside.add({ resource: 'pods', reason: 'unreadable', ...facts });
      return [];
    },
    gone(key, learn) {
      const events = known(key, learn);
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
