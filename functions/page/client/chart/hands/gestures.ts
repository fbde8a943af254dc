/** What hands can do to the drawing; positions are pixels within it. */
export type GestureEvents = {
  /** Drags by that many pixels. */
  onDrag(dx: number, dy: number): void;
  onZoom(x: number, factor: number): void;
  onTap(x: number, y: number, touch: boolean): void;
  onDoubleTap(x: number): void;
  onHover(x: number, y: number): void;
  onLeave(): void;
};

/** A press that moves less than this is a click. */
const TAP_PIXELS = 4;
const LINE_PIXELS = 16;
const ZOOM_PER_PIXEL = 0.0022;
const DOUBLE_TAP_MS = 320;

type Point = { x: number; y: number };

/**
 * Mouse: drag moves, ctrl and wheel zooms, wheel sideways or with shift moves, wheel alone scrolls the lanes. Touch: one
 * finger moves sideways (up and down is the browser's own scrolling), two zoom.
 */
export function listenToGestures(target: HTMLElement, events: GestureEvents): void {
  const pointers = new Map<number, Point>();
  let moved = 0;
  let lastTapMs = 0;
  const place = placeIn(target);

  target.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    if (pointers.size === 0) moved = 0;
    pointers.set(event.pointerId, place(event));
    target.setPointerCapture(event.pointerId);
  });
  target.addEventListener('pointermove', (event) => {
    const point = place(event);
    const before = pointers.get(event.pointerId);
    if (before === undefined) return events.onHover(point.x, point.y);
    moved += Math.abs(point.x - before.x) + Math.abs(point.y - before.y);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, point);
    if (other !== undefined) pinch(other, before, point);
    else if (moved > TAP_PIXELS) {
      target.classList.add('dragging');
      events.onDrag(point.x - before.x, event.pointerType === 'mouse' ? point.y - before.y : 0);
    }
  });
  target.addEventListener('pointerup', (event) => {
    const point = place(event);
    const tapped = pointers.delete(event.pointerId) && pointers.size === 0 && moved <= TAP_PIXELS;
    target.classList.remove('dragging');
    if (!tapped) return;
    const again = event.timeStamp - lastTapMs < DOUBLE_TAP_MS;
    lastTapMs = again ? 0 : event.timeStamp;
    if (again) events.onDoubleTap(point.x);
    else events.onTap(point.x, point.y, event.pointerType !== 'mouse');
  });
  target.addEventListener('pointercancel', (event) => {
    pointers.delete(event.pointerId);
    target.classList.remove('dragging');
  });
  target.addEventListener('pointerleave', () => events.onLeave());
  listenToWheel(target, events);

  function pinch(other: Point, before: Point, after: Point): void {
    const was = Math.hypot(before.x - other.x, before.y - other.y);
    const is = Math.hypot(after.x - other.x, after.y - other.y);
    events.onDrag((after.x - before.x) / 2, 0);
    if (was > 10 && is > 10) events.onZoom((after.x + other.x) / 2, was / is);
  }
}

/** Where in an element the pointer is. */
function placeIn(target: HTMLElement): (event: MouseEvent) => Point {
  return (event) => {
    const box = target.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
}

/** A wheel over the axis zooms by itself; over the lanes it takes ctrl (which is also what a trackpad's pinch sends). */
export function listenToWheel(
  target: HTMLElement,
  events: Pick<GestureEvents, 'onDrag' | 'onZoom'>,
  { zoomsAlone = false }: { readonly zoomsAlone?: boolean } = {},
): void {
  const place = placeIn(target);
  target.addEventListener(
    'wheel',
    (event) => {
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
      const [dx, dy] = [event.deltaX * unit, event.deltaY * unit];
      if (event.ctrlKey || event.metaKey || (zoomsAlone && Math.abs(dy) > Math.abs(dx))) {
        event.preventDefault();
        events.onZoom(place(event).x, Math.exp(clampWheel(dy) * ZOOM_PER_PIXEL));
        return;
      }
      const sideways = event.shiftKey && dx === 0 ? dy : dx;
      if (Math.abs(sideways) <= Math.abs(dy) && !event.shiftKey) return;
      event.preventDefault();
      events.onDrag(-sideways, 0);
    },
    { passive: false },
  );
}

/** One turn of a wheel is 100 or 120 pixels; a flick of a trackpad can be far more. */
function clampWheel(pixels: number): number {
  return Math.max(-240, Math.min(240, pixels));
}
