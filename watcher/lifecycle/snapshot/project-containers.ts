import type { ContainerKind } from '../../../protocol/event/lifecycle-event.ts';
import { asDnsLabel, boundedText, containerId, count, int32 } from './bounded-field.ts';
import { isRecord, records } from './json-field.ts';
import { shownTime } from './kubernetes-time.ts';
import { mergeEntries } from './merge-entries.ts';
import type { ContainerSnapshot, ContainerState, TerminatedState } from './pod-snapshot.ts';

type Fields = Record<string, unknown>;

/** A Pod of a few hundred containers is past what a node runs; the size of the object alone allows ten thousand. */
export const MOST_CONTAINERS = 500;

type ContainersRead = {
  readonly containers: readonly ContainerSnapshot[];
  /** Why none could be read; null when all were. */
  readonly unreadable: string | null;
};

/** The container statuses of a Pod: init containers and sidecars, app containers, ephemeral ones. Never throws. */
export function projectContainers(spec: Fields, status: Fields): ContainersRead {
  const init = records(status.initContainerStatuses);
  const app = records(status.containerStatuses);
  const ephemeral = records(status.ephemeralContainerStatuses);
  const shown = init.length + app.length + ephemeral.length;
  if (shown > MOST_CONTAINERS) return unreadable(`it shows more than ${MOST_CONTAINERS} containers`);
  const sidecars = init.length === 0 ? NO_NAMES : sidecarsOf(spec);
  const containers: ContainerSnapshot[] = [];
  const read = (entries: readonly Fields[], kind: ContainerKind): boolean => {
    for (const fields of entries) {
      const name = asDnsLabel(fields.name);
      // Cut to the limit it could become the name of another container.
      if (name === null) return false;
      containers.push(
        projectContainer(fields, name, sidecars.has(name) && kind === 'init' ? 'sidecar' : kind),
      );
    }
    return true;
  };
  return read(init, 'init') && read(app, 'app') && read(ephemeral, 'ephemeral')
    ? { containers: mergeEntries(containers), unreadable: null }
    : unreadable('a container status has a name that no container can have');
}

const NO_NAMES: ReadonlySet<unknown> = new Set();

function sidecarsOf(spec: Fields): ReadonlySet<unknown> {
  const always = records(spec.initContainers).filter((container) => container.restartPolicy === 'Always');
  return new Set(always.map((container) => container.name));
}

function unreadable(why: string): ContainersRead {
  return { containers: [], unreadable: why };
}

function projectContainer(entry: Fields, name: string, kind: ContainerKind): ContainerSnapshot {
  const lastState = isRecord(entry.lastState) ? entry.lastState : {};
  return {
    name,
    kind,
    image: boundedText(entry.image),
    imageId: boundedText(entry.imageID),
    restartCount: count(entry.restartCount) ?? 0,
    containerId: containerId(entry.containerID),
    state: projectState(isRecord(entry.state) ? entry.state : {}),
    last: isRecord(lastState.terminated) ? projectTerminated(lastState.terminated) : null,
    older: [],
  };
}

/** An empty state means waiting (ContainerState: "If none of them is specified, the default one is waiting"). */
function projectState(state: Fields): ContainerState {
  if (isRecord(state.running)) return { kind: 'running', startedAt: shownTime(state.running.startedAt) };
  if (isRecord(state.terminated)) return projectTerminated(state.terminated);
  return { kind: 'waiting', reason: isRecord(state.waiting) ? boundedText(state.waiting.reason) : null };
}

function projectTerminated(terminated: Fields): TerminatedState {
  return {
    kind: 'terminated',
    containerId: containerId(terminated.containerID),
    exitCode: int32(terminated.exitCode),
    signal: int32(terminated.signal),
    reason: boundedText(terminated.reason),
    startedAt: shownTime(terminated.startedAt),
    finishedAt: shownTime(terminated.finishedAt),
  };
}
