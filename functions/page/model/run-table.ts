import type { ContainerRun } from './container-run.ts';
import { describeExit, durationMs, STANDING_WORDS, STATE_WORDS } from './describe-run.ts';
import { formatDuration, type MomentFormat } from './format.ts';
import type { Lane } from './lane.ts';
import type { PageFilter } from './page-address.ts';
import { matchesNames, matchesRun } from './run-filter.ts';
import { visibleText } from './visible-text.ts';

/** The same runs as the drawing's, as lines of text; both the server's first view and the script write it. */
export const RUN_COLUMNS = [
  'Outcome',
  'Pod',
  'Container',
  'Namespace',
  'Owner',
  'Started',
  'Ended',
  'Duration',
  'Restart',
  'Handlers',
] as const;

export type RunLine = { readonly lane: Lane; readonly run: ContainerRun };

/** The wanted runs, the newest start first. */
export function runLines(lanes: Iterable<Lane>, filter: PageFilter): readonly RunLine[] {
  const lines: RunLine[] = [];
  for (const lane of lanes) {
    if (!matchesNames(lane, filter)) continue;
    for (const run of lane.runs) if (matchesRun(run, filter)) lines.push({ lane, run });
  }
  return lines.sort((a, b) => b.run.fromMs - a.run.fromMs || (a.run.id < b.run.id ? -1 : 1));
}

/** One text for each of {@link RUN_COLUMNS}, fit to be seen; it still has to be escaped for HTML. */
export function runCells({ lane, run }: RunLine, nowMs: number, format: MomentFormat): readonly string[] {
  const exit = describeExit(run);
  return [
    exit === '' ? STATE_WORDS[run.state] : `${STATE_WORDS[run.state]}, ${exit}`,
    visibleText(lane.pod),
    visibleText(lane.container),
    visibleText(lane.namespace),
    visibleText(lane.owner ?? '–'),
    `${run.fromKnown ? '' : 'before '}${format.day(run.fromMs)} ${format.time(run.fromMs)}`,
    run.toMs === null
      ? '–'
      : `${run.toKnown ? '' : 'before '}${format.day(run.toMs)} ${format.time(run.toMs)}`,
    run.state === 'preparing' ? '–' : formatDuration(durationMs(run, nowMs)),
    restartsOf(run),
    run.standing === 'none' ? '–' : STANDING_WORDS[run.standing],
  ];
}

function restartsOf({ restartCount, skippedRuns }: ContainerRun): string {
  const unseen = skippedRuns === 0 ? '' : ` (${skippedRuns} not seen)`;
  return `${restartCount === 0 ? '–' : restartCount}${unseen}`;
}
