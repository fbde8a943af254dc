import type { TimelineEntry } from '../../../timeline/timeline.ts';
import type { EventAnswer } from '../../model/page-api.ts';
import { handlerStanding } from '../../model/runs/handler-standing.ts';
import { mergeEntry } from '../../model/runs/merge-entry.ts';
import { durationWords } from '../../model/text/number-words.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { STANDING_WORDS } from '../../model/words/describe-run.ts';
import { element, setText } from '../dom/element.ts';
import { type FeedAnswer, fetchEvent } from '../feed/requests.ts';
import { deliveryLines } from './delivery-lines.ts';
import { createHandlerList } from './handler-list.ts';
import { rawEvent } from './raw-event.ts';

/** One event of the details, closed at first; what the server knows about it is asked for when it is opened. */
export type EventSection = {
  readonly eventId: string;
  readonly root: HTMLElement;
  update(entry: TimelineEntry | undefined): void;
  open(): void;
};

type EventSectionDeps = { readonly format: MomentFormat; readonly csrfToken: string };

export function createEventSection(eventId: string, { format, csrfToken }: EventSectionDeps): EventSection {
  const hook = element('b');
  const when = element('time');
  const standing = element('span', { class: 'standing' });
  const summary = element('summary', {}, hook, standing, when);
  const facts = element('p', { class: 'told' });
  const handlers = createHandlerList(eventId, { csrfToken, format });
  const rest = element('div', { class: 'rest' });
  const root = element('details', { class: 'event' }, summary, facts, handlers.root, rest);
  let asked = false;
  /** As the server told it when it was asked for this event: with what handlers returned, which the lists leave out. */
  let whole: TimelineEntry | null = null;
  /** The runs whose results were asked for. */
  const wanted = new Set<string>();

  root.addEventListener('toggle', () => {
    if (root.open && !asked) void load();
  });

  async function load(): Promise<void> {
    asked = true;
    rest.replaceChildren(element('p', { class: 'quiet' }, 'loading …'));
    const answer = await fetchEvent(eventId);
    rest.replaceChildren(...show(answer));
    if (answer.kind === 'silent') asked = false;
  }

  function show(answer: FeedAnswer<EventAnswer>): readonly Node[] {
    switch (answer.kind) {
      case 'answer':
        whole = answer.body.entry;
        update(whole);
        return [...deliveryLines(answer.body, format), rawEvent(answer.body.body)];
      case 'access':
        return [problem('Open the page with its token again to see more.')];
      case 'refused':
        return [problem(`The receiver refused: ${visibleText(answer.message)}`)];
      case 'silent':
        return [problem('The receiver does not answer; close and open this event to ask again.')];
    }
  }

  /** Of a handler that has run since: once for each run, and what stands below stays as it is. */
  async function loadResults(runs: TimelineEntry['runs']): Promise<void> {
    const missing = runs.flatMap((run) => (run.hasResult ? `${run.attempt} ${run.handler}` : []));
    if (whole === null || missing.every((run) => wanted.has(run))) return;
    for (const run of missing) wanted.add(run);
    const answer = await fetchEvent(eventId);
    if (answer.kind === 'silent') for (const run of missing) wanted.delete(run);
    if (answer.kind !== 'answer') return;
    whole = answer.body.entry;
    update(whole);
  }

  function update(told: TimelineEntry | undefined): void {
    if (told === undefined) return;
    const entry = whole === null ? told : mergeEntry(told, whole);
    void loadResults(entry.runs);
    const worst = handlerStanding(entry.runs);
    setText(hook, `${visibleText(entry.hook, 40)}${entry.type.endsWith('.amended') ? ' amended' : ''}`);
    setText(when, format.time(entry.occurredAtMs));
    when.dateTime = new Date(entry.occurredAtMs).toISOString();
    when.title = format.full(entry.occurredAtMs);
    setText(standing, worst === 'none' ? '' : STANDING_WORDS[worst].replace(/^handlers? /, ''));
    standing.dataset.standing = worst;
    setText(facts, factsOf(entry));
    handlers.update(entry);
  }

  return {
    eventId,
    root,
    update,
    open() {
      root.open = true;
    },
  };
}

/** How it was learned, and how long it took to come here. */
function factsOf(entry: TimelineEntry): string {
  const { observation, occurredAtMs, receivedAtMs, reason } = entry;
  const parts = [
    receivedWords(receivedAtMs - occurredAtMs),
    entry.misfiled === undefined ? '' : 'CHANGED since it was recorded',
    observation === null ? '' : `learned from: ${visibleText(observation, 40)}`,
    reason === null ? '' : `reason: ${visibleText(reason)}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Clocks of different machines differ: what comes before it happened is said to. */
function receivedWords(laterMs: number): string {
  if (laterMs >= 0) return `received ${durationWords(laterMs)} later`;
  return `received ${durationWords(-laterMs)} before it happened: the clocks differ`;
}

function problem(words: string): HTMLElement {
  return element('p', { class: 'trouble', role: 'alert' }, words);
}
