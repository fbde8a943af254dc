/** What keys can do; the names say what they mean. */
export type KeyEvents = {
  onZoom(factor: number): void;
  /** As a share of the span: −1 is one screen back. */
  onPan(share: number): void;
  onScroll(rows: number): void;
  onFitAll(): void;
  onBeginning(): void;
  onFollow(): void;
  onToggleFollow(): void;
  onHelp(): void;
  onView(): void;
  onPacked(): void;
  onByName(): void;
};

export type WalkEvents = {
  walking(): boolean;
  onEnter(): void;
  onRun(step: 1 | -1): void;
  onLane(step: number): void;
  onLeave(): void;
  onCollapse(): void;
};

type Actions = Readonly<Record<string, () => void>>;

const ZOOM = 1.5;
const STEP = 0.15;
const PAGE_ROWS = 8;

/**
 * Keys work wherever the focus is, from the moment the page is open: but for those that what has the focus needs itself,
 * and, in the table, those of the drawing.
 *
 * @param plot has the focus while a walk is under way, so that a screen reader hears where it is.
 */
export function listenToKeys(plot: HTMLElement, events: KeyEvents, walk: WalkEvents): void {
  const always = pageActions(events);
  const ofDrawing = { false: drawingActions(events, walk, false), true: drawingActions(events, walk, true) };
  const ofWalk = walkActions(walk);
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isNeeded(event.key, event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const atHome = document.activeElement === plot || document.activeElement === document.body;
    const drawing = plot.checkVisibility() ? ofDrawing[`${event.shiftKey}`] : {};
    const walking = walk.walking() && atHome && !event.shiftKey ? ofWalk : {};
    const action = walking[key] ?? always[key] ?? drawing[key];
    if (action === undefined) return;
    event.preventDefault();
    if (atHome) plot.focus({ preventScroll: true });
    action();
  });
}

/** Whoever pressed a button of the bars with the mouse is done with it: Enter is the drawing's again. */
export function letGoOfButtons(): void {
  document.addEventListener('click', ({ target, detail }) => {
    const pressed = target instanceof Element ? target.closest('#top button, #filters button') : null;
    // A click by keyboard counts none.
    if (detail > 0 && pressed instanceof HTMLElement && pressed === document.activeElement) pressed.blur();
  });
}

function pageActions(events: KeyEvents): Actions {
  return { t: () => events.onView(), '?': () => events.onHelp() };
}

/** Arrows move the drawing, until Enter begins a walk through its runs. */
function drawingActions(events: KeyEvents, walk: WalkEvents, shift: boolean): Actions {
  return {
    '+': () => events.onZoom(1 / ZOOM),
    '=': () => events.onZoom(1 / ZOOM),
    '-': () => events.onZoom(ZOOM),
    '0': () => events.onFitAll(),
    f: () => events.onToggleFollow(),
    p: () => events.onPacked(),
    n: () => events.onByName(),
    ArrowLeft: () => events.onPan(shift ? -0.9 : -STEP),
    ArrowRight: () => events.onPan(shift ? 0.9 : STEP),
    ArrowUp: () => events.onScroll(-1),
    ArrowDown: () => events.onScroll(1),
    PageUp: () => events.onScroll(-PAGE_ROWS),
    PageDown: () => events.onScroll(PAGE_ROWS),
    Home: () => events.onBeginning(),
    End: () => events.onFollow(),
    Enter: () => walk.onEnter(),
    ' ': () => walk.onEnter(),
    c: () => walk.onCollapse(),
  };
}

function walkActions(walk: WalkEvents): Actions {
  return {
    ArrowLeft: () => walk.onRun(-1),
    ArrowRight: () => walk.onRun(1),
    ArrowUp: () => walk.onLane(-1),
    ArrowDown: () => walk.onLane(1),
    PageUp: () => walk.onLane(-PAGE_ROWS),
    PageDown: () => walk.onLane(PAGE_ROWS),
    Escape: () => walk.onLeave(),
  };
}

/** Which keys what has the focus needs, and what else is in it: fields, buttons, and what scrolls. */
const NEEDS: readonly (readonly [selector: string, keys: RegExp])[] = [
  ['input:not([type=checkbox]), select, textarea', /./],
  ['input[type=checkbox]', /^ $/],
  ['button, summary, a', /^(?: |Enter)$/],
  ['#details, #help, #table-view', /^(?: |Enter|Arrow(?:Up|Down)|Page(?:Up|Down)|Home|End)$/],
  ['pre', /^Arrow/],
];

function isNeeded(key: string, target: EventTarget | null): boolean {
  if (document.querySelector('#rerun[open]') !== null) return true;
  // The help lies over everything; the key that opened it closes it.
  if (document.querySelector('#help:popover-open') !== null) return key !== '?';
  return (
    target instanceof Element &&
    NEEDS.some(([selector, keys]) => keys.test(key) && target.closest(selector) !== null)
  );
}
