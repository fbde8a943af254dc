import type { ContainerRun, StopRequest } from '../../model/runs/container-run.ts';
import type { Lane } from '../../model/runs/lane.ts';
import type { ClusterNote } from '../../model/runs/trail.ts';
import { countedWords, secondsWords } from '../../model/text/number-words.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { lastingWords, momentWords } from '../../model/words/describe-run.ts';
import { element } from '../dom/element.ts';

/** What is known of a run, as pairs of names and values. */
export function runFacts(
  lane: Lane,
  run: ContainerRun,
  { nowMs, format }: { readonly nowMs: number; readonly format: MomentFormat },
): readonly Node[] {
  const { stop, toMs, fromMs, restartCount, skippedRuns } = run;
  return lines([
    ['Started', momentWords(run.fromKnown, format.full(fromMs))],
    ['Ended', toMs === null ? 'no end so far' : momentWords(run.toKnown, format.full(toMs))],
    ['Lasted', run.state === 'preparing' ? null : lastingWords(run, nowMs)],
    [
      'Prepared',
      run.preparedMs === null ? null : `${secondsWords(fromMs - run.preparedMs)} before it started`,
    ],
    ['Stop asked', stop === null ? null : stopWords(stop, toMs, format)],
    ['Restart', restartCount === 0 ? null : `number ${restartCount}`],
    ['Not seen', skippedRuns === 0 ? null : `${countedWords(skippedRuns, 'run')} before this one's end`],
    ['Amended', run.amended ? 'its end was told again, with better facts' : null],
    ['Namespace', lane.namespace],
    ['Owner', lane.owner],
    ['Node', lane.node],
    ['Cluster', lane.cluster],
  ]);
}

function stopWords({ atMs, deadlineMs }: StopRequest, toMs: number | null, format: MomentFormat): string {
  const asked = format.time(atMs);
  if (deadlineMs === null) return asked;
  const used = toMs === null ? '' : `, used ${secondsWords(toMs - atMs)}`;
  return `${asked}, until ${format.time(deadlineMs)} (${secondsWords(deadlineMs - atMs)}${used})`;
}

/** What is known of a note of a cluster. */
export function noteFacts({ kind, fromMs, toMs, entry }: ClusterNote, format: MomentFormat): readonly Node[] {
  const gap = kind === 'gap';
  return lines([
    [gap ? 'From' : 'When', format.full(fromMs)],
    ['To', gap ? format.full(toMs) : null],
    ['Lasted', gap ? secondsWords(toMs - fromMs) : null],
    ['Why', entry.reason],
  ]);
}

function lines(facts: readonly (readonly [name: string, value: string | null])[]): readonly Node[] {
  return facts.flatMap(([name, value]) =>
    value === null || value === ''
      ? []
      : [element('dt', {}, name), element('dd', {}, element('bdi', {}, visibleText(value)))],
  );
}
