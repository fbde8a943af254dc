import type { LoadedHistory } from '../../model/loaded-history.ts';
import type { ClusterNote } from '../../model/runs/trail.ts';
import { countedWords, secondsWords } from '../../model/text/number-words.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { outsideWords } from '../../model/words/empty-words.ts';
import { placeWords } from '../../model/words/place-words.ts';
import { button, element, setText } from '../dom/element.ts';
import { legend } from './help.ts';

type StripState = {
  readonly lanes: number;
  readonly away: number;
  readonly filtered: boolean;
  /** How many owners have begun to fail since the groups were put in order. */
  readonly late: number;
  readonly events: number;
  readonly loaded: LoadedHistory;
  readonly notes: readonly ClusterNote[];
};

type StripEvents = {
  onNote(note: ClusterNote): void;
  onOutside(): void;
  onSort(): void;
};

/** The line below the chart: how much there is, how far back it goes, and what is not known. */
export function createStatusStrip(format: MomentFormat, { onNote, onOutside, onSort }: StripEvents) {
  const counts = element('span');
  const reach = element('span');
  const gaps = element('span', { class: 'gaps' });
  const sort = button({ class: 'note late', hidden: '' }, onSort);
  const outside = button({ class: 'note outside', hidden: '' }, onOutside);
  const root = element('div', { class: 'strip' }, sort, counts, outside, reach, gaps, legend());
  let shownNotes = '';

  return {
    root,
    show({ lanes, away, filtered, late, events, loaded, notes }: StripState): void {
      setText(counts, `${countedWords(lanes, 'container')} · ${countedWords(events, 'event')}`);
      outside.hidden = away === 0;
      setText(outside, outsideWords(away, filtered));
      outside.classList.toggle('wanted', filtered);
      sort.hidden = late === 0;
      setText(sort, `↑ ${countedWords(late, 'owner')} began to fail: to the top`);
      setText(reach, reachWords(loaded, format));
      const key = notes.map(({ entry }) => entry.eventId).join();
      if (key === shownNotes) return;
      shownNotes = key;
      gaps.replaceChildren(...notes.slice(-3).map((note) => noteButton(note, format, onNote)));
    },
  };
}

function noteButton(
  note: ClusterNote,
  format: MomentFormat,
  onNote: (note: ClusterNote) => void,
): HTMLElement {
  const words =
    note.kind === 'gap'
      ? `gap ${format.minutes(note.fromMs)} – ${format.minutes(note.toMs)}`
      : `subscription ended ${format.minutes(note.toMs)}`;
  const title = `${placeWords(note)}: ${words}, ${secondsWords(note.toMs - note.fromMs)}`;
  return button({ class: `note ${note.kind}`, title }, () => onNote(note), words);
}

function reachWords({ fromMs, state }: LoadedHistory, format: MomentFormat): string {
  if (!Number.isFinite(fromMs)) return '';
  const since = `loaded since ${format.day(fromMs)} ${format.time(fromMs)}`;
  if (state === 'loading') return `${since}, loading older …`;
  if (state === 'complete') return `complete since ${format.day(fromMs)} ${format.time(fromMs)}`;
  if (state === 'full') return `${since}; the page holds no more`;
  return state === 'failed' ? `${since}; older events could not be loaded` : since;
}
