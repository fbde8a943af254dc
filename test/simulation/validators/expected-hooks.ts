import type { Revision } from '../api/cluster-store.ts';
import { type History, idOf } from '../history.ts';
import { readPod, type ShownContainer, type ShownPod } from '../shown-pod.ts';
import { type Observation, observations } from './observations.ts';

/** Twice the minute after which a mirror Pod that stays away counts as stopped, for slow streams. */
const AWAY_MS = 120_000;

type KnownContainer = {
  readonly shownRuns: Set<string>;
  /** Runs whose end was told without an exit code. */
  readonly unknownEnds: Set<string>;
  alive: string | null;
  stopping: boolean;
};
type KnownPod = {
  readonly mirror: boolean;
  readonly containers: Map<string, KnownContainer>;
  deletionSeen: boolean;
  goneMs: number | null;
  /** Its last state was shown, not only that it is missing. */
  goneShown: boolean;
};

/**
 * The hooks that must have been told, by the table of lifecycle.md, from what the API showed: id to a description.
 * Written apart from the product's state machine, and without its observations, times and exit codes: only whether.
 */
export function expectedHooks(history: History): ReadonlyMap<string, string> {
  const expected = new Map<string, string>();
  const pods = new Map<string, KnownPod>();
  const endings = endingsShown(history);

  function expect(hook: string, key: string, container: string, instance: string): void {
    const id = idOf(key, container, hook, history.runs.get(instance)?.instance ?? instance);
    expected.set(id, `${hook} of ${key}/${container} ${instance}`);
  }

  function show(pod: ShownPod, told: boolean): void {
    const { key, mirror } = pod;
    const known: KnownPod = pods.get(key) ?? {
      mirror,
      containers: new Map(),
      deletionSeen: false,
      goneMs: null,
      goneShown: true,
    };
    known.goneMs = null;
    known.deletionSeen = pod.deletionMs !== null && !mirror;
    pods.set(key, known);
    for (const container of pod.containers) showContainer(pod, known, { container, told });
  }

  function showContainer(
    { key, node }: ShownPod,
    pod: KnownPod,
    { container, told }: { container: ShownContainer; told: boolean },
  ): void {
    const { name, creating, running, ended, synthetic } = container;
    const known = pod.containers.get(name) ?? {
      shownRuns: new Set(),
      unknownEnds: new Set(),
      alive: null,
      stopping: false,
    };
    const isNew = !pod.containers.has(name) || known.shownRuns.size === 0;
    // What waits without a node, or for its image, is announced when it is created.
    if (creating && node !== null && isNew && told && ended.length === 0) expect('preStart', key, name, '');
    pod.containers.set(name, known);

    const shown = [...ended.map(({ id }) => id), ...(running === null ? [] : [running])];
    const { alive } = known;
    if (alive !== null && !shown.includes(alive)) {
      const replaced = shown.some((id) => !known.shownRuns.has(id) && !isOlder(id, known));
      if (replaced || synthetic) {
        expect('postStop', key, name, alive);
        known.unknownEnds.add(alive);
        known.alive = null;
      }
    }
    for (const { id, startedMs } of ended) {
      const unseen = !known.shownRuns.has(id) && !isOlder(id, known);
      if (unseen && told && startedMs !== null) expect('postStart', key, name, id);
      if ((unseen && told) || known.alive === id) expect('postStop', key, name, id);
      if (known.unknownEnds.has(id) && history.restore === null) expect('postStop.amended', key, name, id);
      if (known.alive === id) known.alive = null;
      if (unseen) known.shownRuns.add(id);
    }
    if (running === null || isOlder(running, known)) return;
    if (!known.shownRuns.has(running)) {
      if (told) expect('postStart', key, name, running);
      known.shownRuns.add(running);
      known.alive = running;
      known.stopping = !told && pod.deletionSeen;
    }
    // The end that was told was made up: the run lives again.
    if (known.alive === null && known.unknownEnds.has(running)) known.alive = running;
    // After a restore, the synthetic end of an earlier run may have been taken for the end of this one.
    if (history.restore !== null && synthetic) return;
    if (told && pod.deletionSeen && known.alive === running && !known.stopping)
      expect('preStop', key, name, running);
  }

  /** After a restore the API shows runs that came before all it has shown: they were told, or counted as skipped. */
  function isOlder(id: string, { shownRuns }: KnownContainer): boolean {
    if (history.restore === null || shownRuns.has(id)) return false;
    const index = (run: string) => history.runs.get(run)?.index ?? 0;
    return (
      [...shownRuns].some((run) => index(run) > index(id)) &&
      [...shownRuns].every((run) => index(run) > index(id))
    );
  }

  function vanish(key: string, pod: KnownPod, wasShown = true): void {
    pods.delete(key);
    for (const [name, { alive, stopping }] of pod.containers) {
      if (alive === null) continue;
      // A list may show on its way, or a state that was taken away may have shown, that the run had ended before.
      const maySayEnded = endings.has(alive) && (!wasShown || history.restore !== null);
      if (!stopping && !maySayEnded) expect('preStop', key, name, alive);
      expect('postStop', key, name, alive);
    }
  }

  function remove(key: string, atMs: number, wasShown: boolean): void {
    const pod = pods.get(key);
    if (pod?.mirror) {
      pod.goneShown = wasShown;
      pod.goneMs ??= atMs;
    } else if (pod) vanish(key, pod, wasShown);
  }

  function take(observation: Observation): void {
    if (observation.kind === 'change') {
      const { type, object, atMs } = observation.revision;
      const pod = readPod(object);
      show(pod, true);
      if (type === 'DELETED') remove(pod.key, atMs, true);
      return;
    }
    const told = observation.kind === 'list';
    const shown = observation.pods.map(({ object }: Revision) => readPod(object));
    for (const pod of shown) show(pod, told);
    for (const key of [...pods.keys()])
      if (!shown.some((pod) => pod.key === key)) remove(key, observation.atMs, false);
  }

  for (const observation of observations(history)) take(observation);
  for (const [key, pod] of [...pods]) {
    if (pod.goneMs !== null && history.endMs - pod.goneMs > AWAY_MS + history.jumpedMs)
      vanish(key, pod, pod.goneShown);
  }
  for (const [id, what] of expectedFailures(history)) expected.set(id, what);
  return expected;
}

/** Runs whose end was shown in any revision, a made-up one included. */
function endingsShown({ log, runs }: History): ReadonlySet<string> {
  const pods = log.filter(({ resource }) => resource === 'pods').map(({ object }) => readPod(object));
  const ended = pods.flatMap(({ containers }) =>
    containers.flatMap((each) => each.ended.map(({ id }) => id)),
  );
  const madeUp = [...runs.values()].filter(({ misjudged, lost }) => misjudged || lost);
  return new Set([...ended, ...madeUp.map(({ id }) => id)]);
}

/**
 * Failed hooks are told by kubelet Events alone. Where the watch of Events was refused its history, the list that follows
 * shows each Event as it stands: what it was before may be missing, and so is what tells of a Pod that nobody was shown.
 */
function expectedFailures(history: History): readonly (readonly [string, string])[] {
  const { log, commits, refusals, restore } = history;
  const baseline = commits.find(({ stream }) => stream === 'events');
  if (baseline === undefined || restore !== null) return [];
  const isRefused = refusals.some(({ resource }) => resource === 'events');
  const told = log.filter(({ resource, rv }) => resource === 'events' && rv > baseline.rv);
  const isLast = ({ uid, rv }: Revision) => !told.some((later) => later.uid === uid && later.rv > rv);
  const shown = new Set(
    observations(history).flatMap((observation) =>
      observation.kind === 'change' ? [observation.revision.uid] : observation.pods.map(({ uid }) => uid),
    ),
  );
  const isShown = ({ object }: Revision) => shown.has(involvedUid(object));
  return told
    .filter((revision) => !isRefused || (isLast(revision) && isShown(revision)))
    .flatMap((revision) => {
      const id = failureId(revision);
      return id === null ? [] : [[id, `hookFailed ${revision.uid}`] as const];
    });
}

function involvedUid({ involvedObject }: Revision['object']): string {
  return (involvedObject as { uid: string }).uid;
}

/** The id of the hookFailed that this Event means; null for other Events. */
export function failureId({ object }: Revision): string | null {
  const { metadata, involvedObject, reason, count } = object as unknown as {
    metadata: { uid: string };
    involvedObject: { uid: string; fieldPath: string };
    reason: string;
    count: number;
  };
  if (!reason.startsWith('Failed')) return null;
  const container = /\{(.*)\}/.exec(involvedObject.fieldPath)?.[1] ?? '';
  return idOf(involvedObject.uid, container, 'hookFailed', `${metadata.uid}/${count}`);
}
