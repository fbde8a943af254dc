import type { ContainerRun } from '../../model/runs/container-run.ts';
import type { Lane } from '../../model/runs/lane.ts';
import type { ClusterNote, Trail } from '../../model/runs/trail.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { button, element } from '../dom/element.ts';
import { createEventSection, type EventSection } from './event-section.ts';
import { noteFacts, runFacts } from './run-facts.ts';
import { noteHeading, runHeading, startHeading } from './subject-heading.ts';

type DetailsDeps = {
  readonly dialog: HTMLDialogElement;
  /** Where the focus goes when what had it is gone. */
  readonly home: HTMLElement;
  readonly trail: Trail;
  readonly format: MomentFormat;
  readonly csrfToken: string;
  nowMs(): number;
  onShow(eventId: string | null, runId: string | null): void;
  onZoom(run: ContainerRun): void;
  onOnlyPod(lane: Lane): void;
};

type Subject =
  | { readonly kind: 'run'; readonly laneKey: string; readonly runId: string }
  | { readonly kind: 'note'; readonly eventId: string };

const SHEET = '(max-width: 720px)';

/** Everything about one run, or one note of a cluster: beside the chart, or as a sheet over it on a phone. */
export function createDetails(deps: DetailsDeps) {
  const { dialog, trail, format } = deps;
  const header = element('header');
  const close = button({ class: 'close', 'aria-label': 'Close details' }, () => dialog.close(), '×');
  const facts = element('dl', { class: 'facts' });
  const actions = element('p', { class: 'actions' });
  const events = element('div', { class: 'events' });
  dialog.replaceChildren(close, header, facts, actions, element('h3', {}, 'Events'), events);
  let subject: Subject | null = null;
  let heading = startHeading(header);
  let sections: readonly EventSection[] = [];
  let opener: Element | null = null;

  dialog.addEventListener('close', () => {
    subject = null;
    deps.onShow(null, null);
    const back = opener instanceof HTMLElement && opener.isConnected ? opener : deps.home;
    back.focus({ preventScroll: true });
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    dialog.close();
  });

  function show(next: Subject, eventIds: readonly string[], openId: string | null): void {
    subject = next;
    sections = eventIds.map((id) => createEventSection(id, deps));
    events.replaceChildren(...sections.map(({ root }) => root));
    update();
    if (!dialog.open) {
      opener = document.activeElement;
      if (matchMedia(SHEET).matches) dialog.showModal();
      else dialog.show();
    }
    dialog.scrollTop = 0;
    heading.focus();
    const wanted = sections.find(({ eventId }) => eventId === openId);
    wanted?.open();
    deps.onShow(openId ?? eventIds.at(-1) ?? null, next.kind === 'run' ? next.runId : null);
  }

  function update(): void {
    if (subject === null) return;
    if (subject.kind === 'run') updateRun(subject);
    for (const section of sections) section.update(trail.entry(section.eventId));
  }

  function updateRun({ laneKey, runId }: Extract<Subject, { kind: 'run' }>): void {
    const lane = trail.lanes().get(laneKey);
    const run = lane?.runs.find(({ id }) => id === runId);
    if (lane === undefined || run === undefined) return;
    const ids = run.marks.map(({ entry }) => entry.eventId);
    const known = new Map(sections.map((section) => [section.eventId, section]));
    if (ids.some((id) => !known.has(id))) {
      sections = ids.map((id) => known.get(id) ?? createEventSection(id, deps));
      sections.forEach(({ root }, index) => {
        // Moving an element takes its focus away.
        if (events.children[index] !== root) events.insertBefore(root, events.children[index] ?? null);
      });
    }
    heading.write(runHeading(lane, run));
    facts.replaceChildren(...runFacts(lane, run, { nowMs: deps.nowMs(), format }));
    if (actions.childElementCount > 0) return;
    actions.append(
      button({}, () => deps.onZoom(run), 'Zoom to this run'),
      button({}, () => deps.onOnlyPod(lane), 'Only this Pod'),
    );
  }

  return {
    showRun(lane: Lane, run: ContainerRun, eventId: string | null = null): void {
      heading = startHeading(header);
      actions.replaceChildren();
      const ids = run.marks.map(({ entry }) => entry.eventId);
      show({ kind: 'run', laneKey: lane.key, runId: run.id }, ids, eventId ?? ids.at(-1) ?? null);
    },
    showNote(note: ClusterNote): void {
      heading = startHeading(header);
      actions.replaceChildren();
      heading.write(noteHeading(note));
      facts.replaceChildren(...noteFacts(note, format));
      show({ kind: 'note', eventId: note.entry.eventId }, [note.entry.eventId], note.entry.eventId);
    },
    /** Something has arrived: the details of what is open may have changed. */
    update,
  };
}
