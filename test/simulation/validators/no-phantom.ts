import type { ContainerEvent } from '../../../protocol/event/lifecycle-event.ts';
import type { Revision } from '../api/cluster-store.ts';
import { type History, runOf, type Told, toldTo } from '../history.ts';
import { seconds } from '../kubelet/pod-status.ts';
import type { RunTruth } from '../kubelet/pod-truth.ts';
import { readPod } from '../shown-pod.ts';
import { failureId } from './expected-hooks.ts';
import { baselineOf } from './observations.ts';
import type { Violation } from './violation.ts';

/**
 * NoPhantom: nothing is told that did not happen, and nothing before it could be known.
 *
 * Demands of every event told, by what really happened and what the API had shown until it arrived:
 * - preStart: the container was shown being created, on a node, before any run of it;
 * - postStart: that run really started, at the time told, and was shown; it did not run in the baseline already;
 * - preStop: the run was shown running in a Pod whose deletion was asked for then, or shown ended after that moment, or a
 *   Killing Event was written about its container after it had really started, or its Pod was gone; `evicted` and
 *   `podDeleted` say what the Pod showed together with the deletion;
 * - postStop with an exit code: the run really ended so; without one: its Pod was gone, or it was replaced by a later
 *   run or a synthetic end; of a mirror Pod: it really ended, or the Pod stayed away;
 * - hookFailed: such an Event was written; disabled: that receiver said 410.
 *
 * Times told are those of the node's own clock, right or wrong.
 *
 * Tolerates: a Killing Event taken for a run that had ended when the watcher did not know of its end yet (the two
 * watches have no common order; that it did not know is what CausalPerContainer demands), and one of the life before that
 * carries a later time than this run's start, because the clock stepped back; after a restore of etcd,
 * facts that are true but were told before the first list, and a synthetic end of an earlier run taken for the end of
 * this one.
 */
export function noPhantom(history: History): readonly Violation[] {
  const facts = gatherFacts(history);
  return toldTo(history).flatMap((told) => {
    const why = phantom(told, history, facts);
    return why === null
      ? []
      : [{ validator: 'NoPhantom', what: `${told.event.type} ${told.event.subject}: ${why}` }];
  });
}

/** When the API first showed something; by containerID, or by `<key>/<container>`. Times are ms of the world. */
type Facts = {
  readonly shown: Map<string, number>;
  readonly ended: Map<string, number>;
  readonly stopping: Map<string, number>;
  /** Of a Pod: deletion asked for with a true DisruptionTarget, and without. */
  readonly evicting: Map<string, number>;
  readonly deleting: Map<string, number>;
  readonly creating: Map<string, number>;
  readonly synthetic: Map<string, number>;
  readonly removed: Map<string, number>;
  readonly failures: ReadonlySet<string | null>;
  /** Killing Events by `<key>/<container>`. */
  readonly killings: ReadonlyMap<string, readonly Killing[]>;
  readonly baselineRuns: ReadonlySet<string>;
};

/** When it was written, in ms of the world, and by the clock of the node. */
type Killing = { readonly writtenMs: number; readonly toldMs: number };

function gatherFacts(history: History): Facts {
  const maps = { shown: new Map(), ended: new Map(), stopping: new Map(), creating: new Map() };
  const triggers = { evicting: new Map(), deleting: new Map() };
  const facts = { ...maps, ...triggers, synthetic: new Map(), removed: new Map() } as Record<
    string,
    Map<string, number>
  >;
  const note = (what: string, key: string, atMs: number) => {
    const map = facts[what];
    if (map && !map.has(key)) map.set(key, atMs);
  };
  for (const { resource, type, object, atMs } of history.log) {
    if (resource !== 'pods') continue;
    const pod = readPod(object);
    if (type === 'DELETED') note('removed', pod.key, atMs);
    if (pod.deletionMs !== null) note(pod.disrupted ? 'evicting' : 'deleting', pod.key, atMs);
    for (const { name, running, ended, creating, synthetic } of pod.containers) {
      if (creating && pod.node !== null) note('creating', `${pod.key}/${name}`, atMs);
      if (synthetic) note('synthetic', `${pod.key}/${name}`, atMs);
      if (running !== null) note('shown', running, atMs);
      if (running !== null && pod.deletionMs !== null && !pod.mirror) note('stopping', running, atMs);
      for (const { id, startedMs, finishedMs } of ended) {
        const asked = pod.mirror ? null : pod.deletionMs;
        const ran = facts.shown?.has(id) || (startedMs !== null && asked !== null && startedMs < asked);
        if (asked !== null && ran && finishedMs > asked) note('stopping', id, atMs);
        note('shown', id, atMs);
        note('ended', id, atMs);
      }
    }
  }
  if (history.restore) noteTakenAway(history, (key, atMs) => note('removed', key, atMs));
  const events = history.log.filter(({ resource }) => resource === 'events');
  const none = new Map<string, number>();
  return {
    shown: facts.shown ?? none,
    ended: facts.ended ?? none,
    stopping: facts.stopping ?? none,
    evicting: facts.evicting ?? none,
    deleting: facts.deleting ?? none,
    creating: facts.creating ?? none,
    synthetic: facts.synthetic ?? none,
    removed: facts.removed ?? none,
    failures: new Set(events.map(failureId)),
    killings: killings(events),
    baselineRuns: baselineRuns(history),
  };
}

/** Pods that were not in the state etcd was put back to. */
function noteTakenAway(history: History, note: (key: string, atMs: number) => void): void {
  const { restore, log } = history;
  if (!restore) return;
  const left = new Set(history.podsAt(restore.rv, 1).map(({ object }) => readPod(object).key));
  for (const { resource, epoch, object } of log) {
    const { key } = resource === 'pods' ? readPod(object) : { key: '' };
    if (key !== '' && epoch === 0 && !left.has(key)) note(key, restore.atMs);
  }
}

function killings(events: readonly Revision[]): ReadonlyMap<string, readonly Killing[]> {
  const times = new Map<string, Killing[]>();
  for (const { object, atMs } of events) {
    const event = object as unknown as {
      reason: string;
      lastTimestamp: string;
      involvedObject: { uid: string; fieldPath: string };
    };
    if (event.reason !== 'Killing') continue;
    const container = `${event.involvedObject.uid}/${/\{(.*)\}/.exec(event.involvedObject.fieldPath)?.[1]}`;
    const killing = { writtenMs: atMs, toldMs: Date.parse(event.lastTimestamp) };
    times.set(container, [...(times.get(container) ?? []), killing]);
  }
  return times;
}

function baselineRuns(history: History): ReadonlySet<string> {
  const baseline = baselineOf(history);
  if (baseline === null || history.restore !== null) return new Set();
  return new Set(
    history
      .podsAt(baseline.rv, baseline.epoch)
      .flatMap(({ object }) =>
        readPod(object).containers.flatMap(({ running, ended }) => [
          ...ended.map(({ id }) => id),
          ...(running === null ? [] : [running]),
        ]),
      ),
  );
}

/** Why it is a phantom; null when it is none. */
function phantom({ id, event, atMs }: Told, history: History, facts: Facts): string | null {
  const { data } = event;
  if (data.hook === 'gap') return null;
  if (data.hook === 'disabled')
    return history.gone.has(data.subscription) ? null : 'the receiver never said 410';
  if (data.hook === 'hookFailed') return facts.failures.has(id) ? null : 'no such Event was written';
  const known = (map: ReadonlyMap<string, number>, key: string) =>
    (map.get(key) ?? Number.POSITIVE_INFINITY) <= atMs;
  const container = `${data.pod.uid}/${data.container.name}`;
  if (data.hook === 'preStart')
    return known(facts.creating, container) ? null : 'it was never shown being created';
  const run = runOf(history, data);
  if (run === undefined || `${run.podKey}/${run.container}` !== container) return 'there was no such run';
  const ended = run.finishedAtMs !== null || stayedAway(history, run, atMs);
  const gone = known(facts.removed, run.podKey) && (!isMirror(history, run) || ended);
  switch (data.hook) {
    case 'postStart': {
      if (run.startedAtMs === null) return 'it never started';
      if (data.container.startedAt !== seconds(run.startedAtMs)) return 'it did not start then';
      if (facts.baselineRuns.has(run.id)) return 'it ran before the first list';
      return known(facts.shown, run.id) ? null : 'nobody could know of it yet';
    }
    case 'preStop': {
      const killed = facts.killings.get(container)?.some((killing) => isKilledBy(killing, run)) === true;
      const asked = known(facts.stopping, run.id) || killed || gone;
      if (!asked) return 'nobody asked for its end';
      const { trigger } = data.stop;
      if (data.observation === 'event' || (trigger !== 'evicted' && trigger !== 'podDeleted')) return null;
      const shown = known(trigger === 'evicted' ? facts.evicting : facts.deleting, run.podKey);
      return shown ? null : `it was not shown as ${trigger}`;
    }
    case 'postStop':
      return falseEnd({ event: data, run, gone, known }, history, facts);
    default:
      return null;
  }
}

/** By its own time it is of this run also where the node's clock stepped back between the two. */
function isKilledBy({ writtenMs, toldMs }: Killing, { bornMs, startedAtMs }: RunTruth): boolean {
  const isLater = startedAtMs !== null && toldMs > Math.floor(startedAtMs / 1_000) * 1_000;
  return writtenMs >= bornMs || isLater;
}

type PostStop = Extract<ContainerEvent['data'], { hook: 'postStop' }>;

function falseEnd(
  told: {
    readonly event: PostStop;
    readonly run: RunTruth;
    readonly gone: boolean;
    readonly known: (map: ReadonlyMap<string, number>, key: string) => boolean;
  },
  history: History,
  facts: Facts,
): string | null {
  const { event, run, gone, known } = told;
  const { code, finishedAt } = event.exit;
  if (code !== null) {
    if (run.exitCode !== code || finishedAt !== seconds(run.finishedAtMs)) return 'it did not end so';
    return known(facts.ended, run.id) ? null : 'nobody could know of its end yet';
  }
  const later = [...history.runs.values()].some(
    (other) =>
      other.podKey === run.podKey &&
      other.container === run.container &&
      other.index > run.index &&
      known(facts.shown, other.id),
  );
  const lost =
    (run.lost || run.misjudged || history.restore !== null) &&
    known(facts.synthetic, `${run.podKey}/${run.container}`);
  return gone || later || lost ? null : 'it had not ended';
}

function isMirror(history: History, run: RunTruth): boolean {
  return history.pods.some(({ key, mirror }) => key === run.podKey && mirror);
}

/** A minute of a wall clock that may have jumped, and some for the way. */
const AWAY_MS = 55_000;

function stayedAway(history: History, run: RunTruth, atMs: number): boolean {
  const states = history.log.filter(
    ({ resource, object, atMs: shownMs }) =>
      resource === 'pods' && shownMs <= atMs && readPod(object).key === run.podKey,
  );
  const last = states.at(-1);
  return last?.type === 'DELETED' && atMs - last.atMs >= AWAY_MS;
}
