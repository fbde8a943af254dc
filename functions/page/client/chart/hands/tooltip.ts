import type { ContainerRun } from '../../../model/runs/container-run.ts';
import type { Lane } from '../../../model/runs/lane.ts';
import type { ClusterNote } from '../../../model/runs/trail.ts';
import { countedWords, secondsWords } from '../../../model/text/number-words.ts';
import { visibleText } from '../../../model/text/visible-text.ts';
import type { MomentFormat } from '../../../model/time/moment-format.ts';
import {
  lastingWords,
  momentWords,
  outcomeWords,
  STANDING_WORDS,
} from '../../../model/words/describe-run.ts';
import { placeWords } from '../../../model/words/place-words.ts';
import { element } from '../../dom/element.ts';
import type { Hit } from '../../draw/hit-test.ts';

/** A few words at the pointer; everything in them can also be had by keyboard and in the table. */
export function createTooltip(root: HTMLElement, format: MomentFormat) {
  const box = element('div', { class: 'tooltip', 'aria-hidden': 'true', hidden: '' });
  root.append(box);
  return {
    show(hit: Hit, { x, y }: { readonly x: number; readonly y: number }, nowMs: number): void {
      const lines =
        hit.kind === 'run' ? runLines(hit.lane, hit.run, { nowMs, format }) : noteLines(hit.note, format);
      box.replaceChildren(...lines);
      box.hidden = false;
      const { clientWidth, clientHeight } = root;
      const left = Math.max(4, Math.min(x + 14, clientWidth - box.offsetWidth - 4));
      const below = y + 18;
      const top = below + box.offsetHeight > clientHeight ? y - box.offsetHeight - 12 : below;
      box.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.max(top, 4))}px)`;
    },
    hide(): void {
      box.hidden = true;
    },
  };
}

function runLines(
  lane: Lane,
  run: ContainerRun,
  { nowMs, format }: { readonly nowMs: number; readonly format: MomentFormat },
): HTMLElement[] {
  const end = run.toMs === null ? 'now' : format.time(run.toMs);
  const lines = [
    element('b', {}, visibleText(lane.pod, 80)),
    element('span', { class: `state ${run.state}` }, outcomeWords(run)),
    element(
      'span',
      {},
      `${momentWords(run.fromKnown, format.time(run.fromMs))} – ${end} · ${lastingWords(run, nowMs)}`,
    ),
  ];
  const facts = [
    run.restartCount > 0 ? `restart ${run.restartCount}` : '',
    run.skippedRuns > 0 ? `${countedWords(run.skippedRuns, 'run')} not seen` : '',
    run.stop === null ? '' : `stop asked ${format.time(run.stop.atMs)}`,
    run.standing === 'none' ? '' : STANDING_WORDS[run.standing],
  ].filter((text) => text !== '');
  return facts.length === 0 ? lines : [...lines, element('span', {}, facts.join(' · '))];
}

function noteLines(note: ClusterNote, format: MomentFormat): HTMLElement[] {
  const { kind, fromMs, toMs, entry } = note;
  const why = visibleText(entry.reason ?? 'no reason given', 80);
  if (kind === 'disabled') {
    return [
      element('b', {}, 'A subscription was ended'),
      element('span', {}, `${format.time(toMs)} · ${why}`),
    ];
  }
  return [
    element('b', {}, `Not known: ${placeWords(note)}`),
    element('span', {}, `${format.time(fromMs)} – ${format.time(toMs)} · ${secondsWords(toMs - fromMs)}`),
    element('span', {}, `why: ${why}`),
  ];
}
