import { RUN_STATES } from '../../model/runs/container-run.ts';
import { STATE_WORDS } from '../../model/words/describe-run.ts';
import { KEYS } from '../chart/keys/key-list.ts';
import { button, element } from '../dom/element.ts';

const SIGNS: readonly (readonly [sign: string, means: string])[] = [
  ['○', 'the container is being prepared (preStart)'],
  ['▼', 'its end was requested (preStop); the bracket is the grace window'],
  ['◇', 'a native hook of the container failed'],
  ['·', 'under a bar: the handlers of that event are done'],
  ['◌', 'a handler failed and is tried again'],
  ['×', 'a handler was given up'],
  ['⋯', 'between two runs: how long the container was down'],
  ['▨', 'a band over the lanes of a cluster or namespace: nobody knows what happened'],
];

/** Keys, hands and signs; a popover that Esc closes. */
export function createHelp() {
  const close = button({ class: 'close', 'aria-label': 'Close' }, () => root.hidePopover(), '×');
  const root = element('div', {
    id: 'help',
    popover: 'auto',
    role: 'dialog',
    'aria-label': 'Keys and signs',
  });
  root.append(
    close,
    section('Keys', list(KEYS)),
    section(
      'Hands',
      list([
        ['Drag', 'move; on a touch screen two fingers zoom'],
        ['Ctrl+wheel', 'zoom (over the time axis: the wheel alone)'],
        ['Wheel', 'scroll the lanes; sideways or with Shift: move in time'],
        ['Click', 'details of a run; twice: zoom in'],
      ]),
    ),
    section('Bars', legend()),
    section('Signs', list(SIGNS)),
  );
  document.body.append(root);
  return { toggle: () => void root.togglePopover() };
}

/** What the bars' looks mean; also stands below the chart. */
export function legend(): HTMLElement {
  return element(
    'ul',
    { class: 'legend' },
    ...RUN_STATES.map((state) =>
      element(
        'li',
        {},
        element('i', { class: `swatch ${state}`, 'aria-hidden': 'true' }),
        STATE_WORDS[state],
      ),
    ),
  );
}

function section(title: string, content: HTMLElement): HTMLElement {
  return element('section', {}, element('h3', {}, title), content);
}

function list(lines: readonly (readonly [string, string])[]): HTMLElement {
  const made = element('dl');
  for (const [key, means] of lines) made.append(element('dt', {}, key), element('dd', {}, means));
  return made;
}
