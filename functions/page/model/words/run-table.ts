import type { PageFilter } from '../address/page-address.ts';
import { matchesNames, matchesRun } from '../rows/run-filter.ts';
import type { ContainerRun } from '../runs/container-run.ts';
import type { Lane } from '../runs/lane.ts';
import { plainOrder } from '../text/text-order.ts';
import { visibleText } from '../text/visible-text.ts';
import type { MomentFormat } from '../time/moment-format.ts';
import { describeExit, lastingWords, momentWords, STANDING_WORDS, STATE_WORDS } from './describe-run.ts';

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
  return lines.sort((a, b) => b.run.fromMs - a.run.fromMs || plainOrder(a.run.id, b.run.id));
}

/** One text for each of {@link RUN_COLUMNS}, fit to be seen; it still has to be escaped for HTML. */
export function runCells({ lane, run }: RunLine, nowMs: number, format: MomentFormat): readonly string[] {
  const exit = describeExit(run);
  const dayAndTime = (ms: number) => `${format.day(ms)} ${format.time(ms)}`;
  return [
    exit === '' ? STATE_WORDS[run.state] : `${STATE_WORDS[run.state]}, ${exit}`,
    visibleText(lane.pod),
    visibleText(lane.container),
    visibleText(lane.namespace),
    visibleText(lane.owner ?? '–'),
    momentWords(run.fromKnown, dayAndTime(run.fromMs)),
    run.toMs === null ? '–' : momentWords(run.toKnown, dayAndTime(run.toMs)),
    run.state === 'preparing' ? '–' : lastingWords(run, nowMs),
    restartsOf(run),
    run.standing === 'none' ? '–' : STANDING_WORDS[run.standing],
  ];
}

function restartsOf({ restartCount, skippedRuns }: ContainerRun): string {
  const unseen = skippedRuns === 0 ? '' : ` (${skippedRuns} not seen)`;
  return `${restartCount === 0 ? '–' : restartCount}${unseen}`;
}
