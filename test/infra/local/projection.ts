import type { ContainerState, ContainerStatus, Pod } from '../../../infra/local/objects/pod.ts';
import type { StreamLine } from './recording.ts';
import { podLines } from './recording.ts';

/**
 * What recording and model are compared by. Everything is kept that tells one state of a Pod from the next; left out
 * is what no two clusters share: UIDs, container ids (numbered in order of appearance instead), addresses, wall times.
 * A change that leaves all of it as it was (managedFields, mostly) counts as no change.
 */
export type Step = { at: number; pod: string; state: string };

/** The distinct states each Pod went through, Pods numbered in order of appearance. */
export function podSteps(lines: StreamLine[]): Step[][] {
  const byUid = new Map<string, Step[]>();
  const ids = new Map<string, number>();
  const ordinal = (id: string | undefined) => {
    if (!id) return '-';
    if (!ids.has(id)) ids.set(id, ids.size);
    return `#${ids.get(id)}`;
  };
  for (const { at, type, pod } of podLines(lines)) {
    const steps = byUid.get(pod.metadata.uid) ?? [];
    byUid.set(pod.metadata.uid, steps);
    const deleted = type === 'DELETED' ? ' DELETED' : '';
    const state = `${podText(pod)}${deleted}\n${containersText(pod, ordinal)}`;
    if (steps.at(-1)?.state !== state) steps.push({ at, pod: pod.metadata.name, state });
  }
  return [...byUid.values()];
}

/** The types of a Pod's watch events without repeats, e.g. ADDED MODIFIED DELETED. */
export function watchTypes(lines: StreamLine[]): string[][] {
  const byUid = new Map<string, string[]>();
  for (const { type, pod } of podLines(lines)) {
    const types = byUid.get(pod.metadata.uid) ?? [];
    byUid.set(pod.metadata.uid, types);
    if (types.at(-1) !== type) types.push(type);
  }
  return [...byUid.values()];
}

/** The Events about each Pod in order, with their counts and texts. */
export function eventSteps(lines: StreamLine[]): { at: number; text: string }[][] {
  const byUid = new Map<string, { at: number; text: string }[]>();
  for (const { at, stream, event } of lines) {
    if (stream !== 'events') continue;
    const { involvedObject, reason, count, message } = event.object as Record<string, unknown>;
    const { uid, fieldPath } = involvedObject as { uid: string; fieldPath?: string };
    const steps = byUid.get(uid) ?? [];
    byUid.set(uid, steps);
    const text = `${event.type} ${event.object.type} ${reason} ${fieldPath ?? '-'} x${count ?? '-'} ${String(message).replaceAll(uid, 'UID')}`;
    steps.push({ at, text });
  }
  return [...byUid.values()];
}

function podText({ metadata, spec, status }: Pod): string {
  const conditions = (status.conditions ?? []).map(
    ({ type, status, reason }) => `${type}=${status}${reason === undefined ? '' : `/${reason}`}`,
  );
  return [
    status.phase,
    `node=${spec.nodeName ?? '-'}`,
    `generation=${metadata.generation}/${status.observedGeneration ?? '-'}`,
    metadata.deletionTimestamp === undefined ? 'kept' : `deleted/${metadata.deletionGracePeriodSeconds}s`,
    `finalizers=${metadata.finalizers?.join() ?? '-'}`,
    `ip=${status.podIP === undefined ? 'no' : 'yes'}`,
    ...conditions,
  ].join(' ');
}

function containersText({ status }: Pod, ordinal: (id: string | undefined) => string): string {
  const lists = {
    init: status.initContainerStatuses,
    app: status.containerStatuses,
    ephemeral: status.ephemeralContainerStatuses,
  };
  return Object.entries(lists)
    .flatMap(([kind, list]) => (list ?? []).map((one) => `${kind} ${containerText(one, ordinal)}`))
    .join('\n');
}

function containerText(one: ContainerStatus, ordinal: (id: string | undefined) => string): string {
  // The older run is numbered first, in whatever field it appears.
  const last = stateText(one.lastState, ordinal);
  const { name, ready, started, restartCount, containerID } = one;
  return `${name} ${ordinal(containerID)} ${stateText(one.state, ordinal)} last=${last} restarts=${restartCount} ready=${ready} started=${started}`;
}

function stateText(
  { waiting, running, terminated }: ContainerState,
  ordinal: (id: string | undefined) => string,
): string {
  if (waiting) return `waiting/${waiting.reason}/${(waiting.message ?? '').replace(/\(.*\)/, '')}`;
  if (running) return 'running';
  if (!terminated) return 'none';
  const { reason, exitCode, containerID, startedAt, finishedAt } = terminated;
  const times = startedAt && finishedAt ? 'timed' : 'untimed';
  return `terminated/${reason}/${exitCode}/${times}/${ordinal(containerID)}`;
}
