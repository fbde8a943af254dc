import type { TimelineEntry } from '../../../timeline/timeline.ts';
import { plainOrder } from '../text/text-order.ts';
import { type ContainerRun, isProblem, type Mark } from './container-run.ts';
import { handlerStanding, worstStanding } from './handler-standing.ts';

type Draft = { readonly id: string; readonly entries: TimelineEntry[] };

const HOOK_ORDER = ['preStart', 'postStart', 'preStop', 'hookFailed', 'postStop'];

/**
 * The runs of one container, by their start; each event belongs to one of them.
 *
 * - A run is a container ID; what has none (preStart; a failed hook nobody could attribute) goes to the run it fits.
 * - A run starts with its postStart, else when the others say it did, else with the first sign of it.
 * - It ends with its postStop; an amended one replaces it. Without either it runs, unless a later run of the container
 *   has started: then it has ended, and nobody knows how.
 */
export function buildRuns(lane: string, entries: readonly TimelineEntry[]): readonly ContainerRun[] {
  const drafts = new Map<string, Draft>();
  const loose: TimelineEntry[] = [];
  for (const entry of entries.toSorted(byMoment)) {
    if (entry.containerId === null) loose.push(entry);
    else draftOf(drafts, `${lane} ${entry.containerId}`).entries.push(entry);
  }
  const ordered = [...drafts.values()].sort((a, b) => startOf(a) - startOf(b) || plainOrder(a.id, b.id));
  if (ordered.length === 0 && loose.length > 0) ordered.push({ id: `${lane} -`, entries: [] });
  for (const entry of loose) ownerOf(entry, ordered)?.entries.push(entry);
  return ordered.map((draft, index) => buildRun(draft, ordered[index + 1])).sort(byStart);
}

function draftOf(drafts: Map<string, Draft>, id: string): Draft {
  const known = drafts.get(id);
  if (known !== undefined) return known;
  const draft: Draft = { id, entries: [] };
  drafts.set(id, draft);
  return draft;
}

/** preStart belongs to the first run; anything else to the last run that had started by then. */
function ownerOf(entry: TimelineEntry, ordered: readonly Draft[]): Draft | undefined {
  if (entry.hook === 'preStart') return ordered[0];
  return ordered.findLast((draft) => startOf(draft) <= entry.occurredAtMs) ?? ordered[0];
}

function buildRun({ id, entries }: Draft, next: Draft | undefined): ContainerRun {
  const sorted = entries.toSorted(byMoment);
  const preStart = sorted.find(({ hook }) => hook === 'preStart');
  const rest = sorted.filter(({ hook }) => hook !== 'preStart');
  const start = rest.length === 0 ? sorted : rest;
  const end = endOf(rest);
  const fromMs = earliest(start);
  const nextMs = next === undefined ? null : startOf(next);
  const toMs = end?.occurredAtMs ?? nextMs;
  const marks = sorted.map(markOf);
  const run = {
    id,
    state: stateOf(rest, end, nextMs),
    preparedMs: preStart?.occurredAtMs ?? null,
    fromMs,
    fromKnown:
      rest.length === 0 || start.some((entry) => entry.hook === 'postStart' || entry.startedAtMs !== null),
    toMs: toMs === null ? null : Math.max(toMs, fromMs),
    toKnown: end !== undefined,
    stop: stopOf(rest),
    exitCode: end?.exitCode ?? null,
    signal: end?.signal ?? null,
    reason: end?.reason ?? null,
    restartCount: Math.max(0, ...sorted.map(({ restartCount }) => restartCount ?? 0)),
    skippedRuns: end?.skippedRuns ?? 0,
    amended: end?.type.endsWith('.amended') ?? false,
    marks,
    standing: worstStanding(marks.map(({ standing }) => standing)),
  };
  return { ...run, problem: isProblem(run) };
}

function stateOf(
  rest: readonly TimelineEntry[],
  end: TimelineEntry | undefined,
  nextMs: number | null,
): ContainerRun['state'] {
  if (end !== undefined) return end.outcome ?? 'unknown';
  if (nextMs !== null) return 'unknown';
  return rest.length === 0 ? 'preparing' : 'running';
}

/** The last amendment by the watcher's own order, else the postStop. */
function endOf(entries: readonly TimelineEntry[]): TimelineEntry | undefined {
  const ends = entries.filter(({ hook }) => hook === 'postStop');
  return ends.toSorted(
    (a, b) =>
      Number(a.type.endsWith('.amended')) - Number(b.type.endsWith('.amended')) ||
      plainOrder(a.sequence, b.sequence) ||
      plainOrder(a.eventId, b.eventId),
  )[ends.length - 1];
}

function stopOf(entries: readonly TimelineEntry[]): ContainerRun['stop'] {
  const stop = entries.find(({ hook }) => hook === 'preStop');
  return stop === undefined ? null : { atMs: stop.occurredAtMs, deadlineMs: stop.deadlineMs };
}

function startOf({ entries }: Draft): number {
  return earliest(entries);
}

/** A postStart's moment, else the start the kubelet gave, else the first sign. */
function earliest(entries: readonly TimelineEntry[]): number {
  const postStart = entries.find(({ hook }) => hook === 'postStart');
  if (postStart !== undefined) return postStart.occurredAtMs;
  const told = entries.map(({ startedAtMs }) => startedAtMs).filter((ms) => ms !== null);
  return Math.min(...(told.length > 0 ? told : entries.map(({ occurredAtMs }) => occurredAtMs)));
}

function markOf(entry: TimelineEntry): Mark {
  return { entry, atMs: entry.occurredAtMs, standing: handlerStanding(entry.runs) };
}

function byMoment(a: TimelineEntry, b: TimelineEntry): number {
  return (
    a.occurredAtMs - b.occurredAtMs ||
    HOOK_ORDER.indexOf(a.hook) - HOOK_ORDER.indexOf(b.hook) ||
    plainOrder(a.type, b.type) ||
    plainOrder(a.eventId, b.eventId)
  );
}

function byStart(a: ContainerRun, b: ContainerRun): number {
  return a.fromMs - b.fromMs || plainOrder(a.id, b.id);
}
