import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { runInstance } from '../../../protocol/event/event-identity.ts';
import { EVENT_TYPE } from '../../../protocol/event/event-type.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { createIngest, type Ingest } from '../../../watcher/ingest/ingest.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { projectNotice } from '../../../watcher/lifecycle/snapshot/kubelet-notice.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import type { ListReason, SourceBatch } from '../../../watcher/source/sink/source-batch.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { quietSetAside } from '../../support/set-aside.ts';
import { type TraceLine, traceLines, traceNames } from '../../support/traces.ts';

/*
 * The rule of test/fixtures/traces/README.md: stop after any line, restart from the journal, list the state as it
 * stands after any later line, go on. Every pair of lines of every scenario, each with a journal file of its own.
 */

const CLUSTER = { name: 'recorded', uid: 'cluster-uid' };
const clock = { nowMs: () => Date.UTC(2026, 10, 22, 15), monotonicMs: () => 0, after: () => () => {} };

describe.each(['traces', 'reports'] as const)(
  '%s: cut after any line, list after any later line, go on',
  (folder) => {
    it.each(traceNames(folder))('%s', { timeout: 120_000 }, (name) => {
      const lines = traceLines(name, folder);
      const whole = uncut(lines);
      const directory = volatileDirectory();
      const faults: string[] = [];
      for (let cut = 0; cut < lines.length; cut++) {
        const before = join(directory, `cut-${cut}`);
        withIngest(before, (ingest) => feed(ingest, lines.slice(0, cut)));
        for (let list = cut; list <= lines.length; list++) {
          const after = join(directory, `cut-${cut}-${list}`);
          cpSync(before, after, { recursive: true });
          const expired = (cut + list) % 2 === 0;
          withIngest(after, (ingest) => {
            listState(ingest, lines.slice(0, list), expired ? 'expired' : 'resync');
            feed(ingest, lines.slice(list));
          });
          const broken = faultsOf(storedEvents(after), { whole, lines, cut, list, expired });
          faults.push(...broken.map((fault) => `cut ${cut}, list ${list}: ${fault}`));
        }
      }
      expect(faults).toEqual([]);
    });
  },
);

type Pair = {
  readonly whole: readonly LifecycleEvent[];
  readonly lines: readonly TraceLine[];
  readonly cut: number;
  readonly list: number;
  readonly expired: boolean;
};

/** What an observation may become when less was seen: never a stronger claim. */
const WEAKER: Record<string, readonly string[]> = {
  status: ['status', 'recovered', 'inferred'],
  event: ['event', 'status', 'recovered', 'inferred'],
  recovered: ['recovered', 'inferred'],
  inferred: ['inferred'],
};

function faultsOf(events: readonly LifecycleEvent[], pair: Pair): readonly string[] {
  const { whole, expired } = pair;
  const faults: string[] = [];
  const byId = new Map(events.map((event) => [event.id, event]));
  const shown = runsShownFrom(pair);
  for (const event of whole) {
    const { data } = event;
    if (data.hook !== 'postStart' && data.hook !== 'postStop') continue;
    const run = `${data.pod.uid} ${data.container.id}`;
    if (!byId.has(event.id) && shown.has(run) && !isNotToAmend(event, byId, pair)) {
      faults.push(`lost ${data.hook} of ${data.container.id}`);
    }
  }
  for (const { data } of events) {
    if (data.hook === 'gap' || data.hook === 'disabled' || data.hook === 'hookFailed') continue;
    const same = whole.find(
      ({ data: other }) =>
        other.hook === data.hook &&
        'pod' in other &&
        other.pod.uid === data.pod.uid &&
        other.container.id === data.container.id &&
        other.container.name === data.container.name,
    );
    // A run that ended by itself unseen, whose Pod then vanished, is concluded to have been stopped: by the rule
    // for vanished Pods this preStop has no counterpart in the uncut history.
    if (!same && !(data.hook === 'preStop' && data.observation === 'inferred'))
      faults.push(`phantom ${data.hook} of ${data.container.id}`);
    if (
      same &&
      'observation' in same.data &&
      !WEAKER[String(same.data.observation)]?.includes(data.observation)
    ) {
      faults.push(
        `${data.hook} of ${data.container.id} claims ${data.observation}, was ${same.data.observation}`,
      );
    }
  }
  for (const event of events) {
    const twin = whole.find(({ id }) => id === event.id);
    if (
      !twin &&
      event.data.hook !== 'gap' &&
      !(event.data.hook === 'preStop' && event.data.observation === 'inferred')
    )
      faults.push(`id ${event.id} of ${event.data.hook} is new`);
  }
  const gaps = events.filter(({ data }) => data.hook === 'gap').length;
  if (gaps !== (expired ? 1 : 0)) faults.push(`${gaps} gaps declared, expired: ${expired}`);
  faults.push(...skipFaults(events, whole));
  return faults;
}

/** Who did not see the made-up end tells the true one at once; whose Pod is gone when it is listed shows no true one. */
function isNotToAmend(event: LifecycleEvent, told: ReadonlyMap<string, LifecycleEvent>, pair: Pair): boolean {
  if (event.type !== EVENT_TYPE.postStopAmended) return false;
  const first = told.get(event.data.amends);
  if (first?.data.hook !== 'postStop') return false;
  const run = `${event.data.pod.uid} ${event.data.container.id}`;
  return first.data.exit.code !== null || !runsOf(objectsFrom(pair)).has(run);
}

/** Runs that the state at the list, or any later line, still shows; or that were known when their Pod was gone. */
function runsShownFrom(pair: Pair): ReadonlySet<string> {
  const known = objects(pair.lines.slice(0, pair.cut));
  return runsOf([...objectsFrom(pair), ...known]);
}

/** The state at the list, and what the watch tells after it. */
function objectsFrom({ lines, list }: Pair): readonly Record<string, unknown>[] {
  return [...currentObjects(lines.slice(0, list)).values(), ...objects(lines.slice(list))];
}

function runsOf(shown: readonly Record<string, unknown>[]): ReadonlySet<string> {
  return new Set(shown.flatMap(containerIds));
}

/** Read from the raw object, so that the test does not lean on the code it tests. */
function containerIds(object: Record<string, unknown>): readonly string[] {
  const { metadata, status } = object as { metadata: { uid: string }; status: Record<string, unknown> };
  const kinds = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'];
  const statuses = kinds.flatMap((kind) => (status[kind] ?? []) as RawStatus[]);
  return statuses
    .flatMap(({ containerID, state, lastState }) => [
      ...(state.running ? [containerID] : []),
      state.terminated?.containerID,
      lastState?.terminated?.containerID,
    ])
    .filter((id) => id !== undefined && id !== '')
    .map((id) => `${metadata.uid} ${id}`);
}

type RawState = { readonly running?: unknown; readonly terminated?: { readonly containerID?: string } };
type RawStatus = { readonly containerID?: string; readonly state: RawState; readonly lastState?: RawState };

/** A container whose newest run is told has all its runs told, or counted in `skippedRuns`: no more, no fewer. */
function skipFaults(events: readonly LifecycleEvent[], whole: readonly LifecycleEvent[]): readonly string[] {
  const complete = runsTold(whole);
  return [...runsTold(events)].flatMap(([container, { count, newest }]) => {
    const real = complete.get(container);
    const fits = real && (newest === real.newest ? count === real.count : count <= real.count);
    return fits ? [] : [`${container}: ${count} runs told, there were ${real?.count}`];
  });
}

function runsTold(events: readonly LifecycleEvent[]) {
  const told = new Map<string, { count: number; newest: string }>();
  const runs = new Set<string>();
  for (const { data } of events) {
    // A container that could not be started has an end, and counts as a run.
    if (data.hook !== 'postStart' && data.hook !== 'postStop') continue;
    const key = `${data.pod.uid}/${data.container.name}`;
    const run = runInstance(data.container);
    if (runs.has(`${key} ${run}`)) continue;
    runs.add(`${key} ${run}`);
    const count = (told.get(key)?.count ?? 0) + 1 + data.container.skippedRuns;
    told.set(key, { count, newest: run });
  }
  return told;
}

function uncut(lines: readonly TraceLine[]): readonly LifecycleEvent[] {
  const directory = join(volatileDirectory(), 'uncut');
  withIngest(directory, (ingest) => feed(ingest, lines));
  return storedEvents(directory);
}

function withIngest(directory: string, use: (ingest: Ingest) => void): void {
  const journal = openJournal({ directory, allowVolatile: true, clock });
  try {
    if (journal.resumePoint('pods') === null) {
      // An empty cluster listed first, so that the recording is history and not the baseline.
      journal.commit({ pods: [], events: [], resumePoints: [{ stream: 'pods', resourceVersion: '1' }] });
    }
    const ingest = createIngest({
      journal,
      cluster: CLUSTER,
      clock,
      matching: () => [],
      onStored: () => {},
      streams: ['pods', 'events'],
      follows: () => true,
      setAside: quietSetAside(),
      replayExisting: false,
    });
    use(ingest);
    ingest.settle();
  } finally {
    journal.close();
  }
}

function feed(ingest: Ingest, lines: readonly TraceLine[]): void {
  for (const { stream, event } of lines) {
    const batch = stream === 'pods' ? podBatch(event) : noticeBatch(event);
    if (batch) ingest.accept(batch);
  }
}

function podBatch(event: TraceLine['event']): SourceBatch | null {
  const pod = projectPod(event.object);
  if (!pod) return null;
  const kind = event.type === 'DELETED' ? 'gone' : 'seen';
  return { stream: 'pods', kind: 'changes', changes: [{ kind, pod }], resourceVersion: pod.resourceVersion };
}

function noticeBatch(event: TraceLine['event']): SourceBatch | null {
  const notice = projectNotice(event.object);
  return (
    notice && {
      stream: 'events',
      kind: 'notices',
      notices: [notice],
      listed: false,
      resourceVersion: notice.resourceVersion,
    }
  );
}

function listState(ingest: Ingest, lines: readonly TraceLine[], why: ListReason): void {
  const pods = [...currentObjects(lines).values()].map(projectPod).filter((pod) => pod !== null);
  const resourceVersion = String(1_000_000 + lines.length);
  ingest.accept({ stream: 'pods', kind: 'page', why, pods });
  ingest.accept({
    stream: 'pods',
    kind: 'listed',
    why,
    keys: new Set(pods.map(({ key }) => key)),
    resourceVersion,
  });
}

function objects(lines: readonly TraceLine[]): readonly Record<string, unknown>[] {
  return lines.filter(({ stream }) => stream === 'pods').map(({ event }) => event.object);
}

/** What a list would show after these lines. */
function currentObjects(lines: readonly TraceLine[]): Map<string, Record<string, unknown>> {
  const current = new Map<string, Record<string, unknown>>();
  for (const { stream, event } of lines) {
    const pod = stream === 'pods' ? projectPod(event.object) : null;
    if (!pod) continue;
    if (event.type === 'DELETED') current.delete(pod.key);
    else current.set(pod.key, event.object);
  }
  return current;
}

function storedEvents(directory: string): readonly LifecycleEvent[] {
  const database = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  try {
    const rows = database.prepare('SELECT body FROM event ORDER BY sequence').all();
    return rows.map(({ body }) => JSON.parse(new TextDecoder().decode(body as Uint8Array)));
  } finally {
    database.close();
  }
}
