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
};

export type WalkEvents = {
  walking(): boolean;
  onEnter(): void;
  onRun(step: 1 | -1): void;
  onLane(step: number): void;
  onLeave(): void;
  onCollapse(): void;
};

/** What the help says; the first word of each is what is pressed. */
export const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['+ −', 'zoom in, zoom out'],
  ['← →', 'move in time (with Shift by a screen)'],
  ['↑ ↓', 'scroll the lanes'],
  ['0', 'show everything that is loaded'],
  ['Home', 'go to the beginning of what is loaded'],
  ['End', 'go to the present and follow it'],
  ['F', 'follow the present, or stand still'],
  ['Enter', 'walk through the runs: arrows choose, Enter opens, Esc ends'],
  ['C', 'close or open the group of the chosen lane'],
  ['T', 'timeline or table'],
  ['?', 'this help'],
];

const ZOOM = 1.5;
const STEP = 0.15;
const PAGE_ROWS = 8;

/** Keys that work wherever nothing is being typed. */
export function listenToPageKeys(target: Document, events: KeyEvents): void {
  const actions: Readonly<Record<string, () => void>> = {
    '+': () => events.onZoom(1 / ZOOM),
    '=': () => events.onZoom(1 / ZOOM),
    '-': () => events.onZoom(ZOOM),
    '0': () => events.onFitAll(),
    f: () => events.onToggleFollow(),
    t: () => events.onView(),
    '?': () => events.onHelp(),
  };
  target.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
      return;
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

/** Keys of the drawing itself: arrows move it, or, once Enter was pressed, walk through its runs. */
export function listenToPlotKeys(plot: HTMLElement, events: KeyEvents, walk: WalkEvents): void {
  const moving = (shift: boolean): Readonly<Record<string, () => void>> => ({
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
  });
  const walking: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => walk.onRun(-1),
    ArrowRight: () => walk.onRun(1),
    ArrowUp: () => walk.onLane(-1),
    ArrowDown: () => walk.onLane(1),
    PageUp: () => walk.onLane(-PAGE_ROWS),
    PageDown: () => walk.onLane(PAGE_ROWS),
    Escape: () => walk.onLeave(),
  };
  plot.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const walks = walk.walking() && !event.shiftKey;
    const action = (walks ? walking[event.key] : undefined) ?? moving(event.shiftKey)[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null;
}
