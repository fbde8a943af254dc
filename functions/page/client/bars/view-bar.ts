import { button, decoration, element, setPressed, setText } from '../dom/element.ts';

type ViewBarEvents = {
  onZoom(factor: number): void;
  onFitAll(): void;
  onSpan(spanMs: number): void;
  onFollow(): void;
  onPause(): void;
  onView(view: 'timeline' | 'table'): void;
  onHelp(): void;
};

const MINUTE = 60_000;
const SPANS: readonly (readonly [words: string, spanMs: number, title: string])[] = [
  ['1m', MINUTE, 'The last minute'],
  ['5m', 5 * MINUTE, 'The last 5 minutes'],
  ['15m', 15 * MINUTE, 'The last 15 minutes'],
  ['1h', 60 * MINUTE, 'The last hour'],
  ['6h', 360 * MINUTE, 'The last 6 hours'],
  ['24h', 1_440 * MINUTE, 'The last 24 hours'],
];

/** Buttons for what keys and hands can do as well. */
export function createViewBar(events: ViewBarEvents) {
  const spans = SPANS.map(([words, spanMs, title]) => ({
    spanMs,
    made: button({ title, 'aria-label': title, 'aria-pressed': 'false' }, () => events.onSpan(spanMs), words),
  }));
  const followWords = element('span', { class: 'words' }, 'Follow');
  const follow = button({ class: 'follow', 'aria-pressed': 'true' }, () => {
    if (follow.getAttribute('aria-pressed') === 'true') events.onPause();
    else events.onFollow();
  });
  follow.append(decoration(), followWords);
  const views = (['timeline', 'table'] as const).map((view) => ({
    view,
    made: button(
      { 'aria-pressed': 'false' },
      () => events.onView(view),
      view === 'table' ? 'Table' : 'Timeline',
    ),
  }));
  const zoomOut = button({ title: 'Zoom out (−)', 'aria-label': 'Zoom out' }, () => events.onZoom(1.5), '−');
  const zoomIn = button({ title: 'Zoom in (+)', 'aria-label': 'Zoom in' }, () => events.onZoom(1 / 1.5), '+');
  const fit = button({ title: 'Show everything that is loaded (0)' }, events.onFitAll, 'Fit');
  const moving = element(
    'span',
    { class: 'moving' },
    group('Stretch of time', ...spans.map(({ made }) => made)),
    group('Zoom', zoomOut, zoomIn, fit),
    follow,
  );
  const help = button(
    { class: 'help', title: 'Keys and signs (?)', 'aria-label': 'Help' },
    events.onHelp,
    '?',
  );
  const root = element(
    'div',
    { class: 'view-bar', role: 'group', 'aria-label': 'View' },
    moving,
    group('Shown as', ...views.map(({ made }) => made)),
    help,
  );

  return {
    root,
    help,
    show(state: { following: boolean; spanMs: number; view: 'timeline' | 'table' }): void {
      setPressed(follow, state.following);
      setText(followWords, state.following ? 'Following' : 'Follow');
      follow.title = state.following ? 'Moves along with the present (F pauses)' : 'Go to the present (End)';
      for (const { made, spanMs } of spans) {
        const pressed = state.following && Math.abs(state.spanMs - spanMs) < spanMs / 100;
        setPressed(made, pressed);
      }
      for (const { made, view } of views) setPressed(made, view === state.view);
      // What is not needed keeps its place, so that nothing else moves.
      moving.classList.toggle('away', state.view === 'table');
    },
  };
}

function group(label: string, ...content: readonly HTMLElement[]): HTMLElement {
  return element('span', { class: 'group', role: 'group', 'aria-label': label }, ...content);
}
