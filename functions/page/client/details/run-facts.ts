import type { ContainerRun } from '../../model/container-run.ts';
import { describeExit, durationMs, STATE_WORDS } from '../../model/describe-run.ts';
import { formatDuration, type MomentFormat } from '../../model/format.ts';
import type { Lane } from '../../model/lane.ts';
import type { ClusterNote } from '../../model/trail.ts';
import { visibleText } from '../../model/visible-text.ts';
import { element, setText } from '../dom/element.ts';

/** Who it was and how it went; made once, then only its words change, so that the focus stays. */
export function runHeading(heading: HTMLElement, lane: Lane, run: ContainerRun): void {
  if (heading.childElementCount === 0) {
    heading.append(
      element('p', { class: 'state' }, element('i', { 'aria-hidden': 'true' }), element('span')),
      element('h2', { id: 'details-title', tabindex: '-1' }, element('bdi')),
      element('p', { class: 'who' }, element('bdi')),
    );
  }
  const exit = describeExit(run);
  const [state, who] = [heading.querySelector('.state'), heading.querySelector('.who bdi')];
  if (state !== null) state.className = `state ${run.state}`;
  write(heading, '.state span', `${STATE_WORDS[run.state]}${exit === '' ? '' : ` · ${exit}`}`);
  write(heading, 'h2 bdi', visibleText(lane.pod));
  if (who !== null) setText(who, `${kindOf(lane)} ${visibleText(lane.container)}`);
}

function write(root: HTMLElement, selector: string, text: string): void {
  const target = root.querySelector(selector);
  if (target !== null) setText(target, text);
}

function kindOf({ containerKind }: Lane): string {
  return containerKind === 'app' ? 'container' : `${visibleText(containerKind, 40)} container`;
}

export function runFacts(
  lane: Lane,
  run: ContainerRun,
  nowMs: number,
  format: MomentFormat,
): readonly Node[] {
  const { stop, toMs, fromMs, restartCount, skippedRuns } = run;
  return lines([
    ['Started', `${run.fromKnown ? '' : 'before '}${format.full(fromMs)}`],
    ['Ended', toMs === null ? 'no end so far' : `${run.toKnown ? '' : 'before '}${format.full(toMs)}`],
    ['Lasted', run.state === 'preparing' ? null : formatDuration(durationMs(run, nowMs))],
    [
      'Prepared',
      run.preparedMs === null ? null : `${formatDuration(fromMs - run.preparedMs)} before it started`,
    ],
    ['Stop asked', stop === null ? null : stopWords(stop, toMs, format)],
    ['Restart', restartCount === 0 ? null : `number ${restartCount}`],
    ['Not seen', skippedRuns === 0 ? null : `${skippedRuns} runs before this one's end`],
    ['Amended', run.amended ? 'its end was told again, with better facts' : null],
    ['Namespace', lane.namespace],
    ['Owner', lane.owner],
    ['Node', lane.node],
    ['Cluster', lane.cluster],
  ]);
}

function stopWords(
  { atMs, deadlineMs }: NonNullable<ContainerRun['stop']>,
  toMs: number | null,
  format: MomentFormat,
): string {
  const asked = format.time(atMs);
  if (deadlineMs === null) return asked;
  const used = toMs === null ? '' : `, used ${formatDuration(toMs - atMs)}`;
  return `${asked}, until ${format.time(deadlineMs)} (${formatDuration(deadlineMs - atMs)}${used})`;
}

/** Writes the heading of a note, and gives its facts. */
export function noteHeading(
  heading: HTMLElement,
  { kind, cluster, fromMs, toMs, entry }: ClusterNote,
  format: MomentFormat,
): readonly Node[] {
  const gap = kind === 'gap';
  heading.replaceChildren(
    element(
      'p',
      { class: `state ${kind}` },
      element('i', { 'aria-hidden': 'true' }),
      element('span', {}, kind),
    ),
    element(
      'h2',
      { id: 'details-title', tabindex: '-1' },
      gap ? 'Nobody knows what happened' : 'A subscription was ended',
    ),
    element('p', { class: 'who' }, element('bdi', {}, `cluster ${visibleText(cluster)}`)),
  );
  return lines([
    [gap ? 'From' : 'When', format.full(fromMs)],
    ['To', gap ? format.full(toMs) : null],
    ['Lasted', gap ? formatDuration(toMs - fromMs) : null],
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
