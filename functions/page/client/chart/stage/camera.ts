import {
  advance,
  followNow,
  pan,
  reveal,
  spanOf,
  stretch,
  type TimeView,
  type ViewBounds,
  zoom,
} from '../../../model/time/time-view.ts';

/** Who holds the view, and moves it. */
export type Camera = {
  view(): TimeView;
  /** At once: for hands that drag. */
  zoomAt(atMs: number, factor: number): void;
  panBy(ms: number): void;
  /** In a short glide, unless the reader wants no motion: for keys and buttons. */
  glideZoom(factor: number): void;
  glidePan(share: number): void;
  glideTo(view: TimeView): void;
  glideFit(fromMs: number, toMs: number): void;
  glideReveal(atMs: number): void;
  follow(spanMs?: number): void;
  pause(): void;
  /** Time has passed. */
  tick(): void;
};

const GLIDE_MS = 140;

/** @param onMove someone moved the view; `onTick`: only time did. */
export function createCamera(
  first: TimeView,
  bounds: () => ViewBounds,
  { onMove, onTick }: { onMove(): void; onTick(): void },
): Camera {
  let view = first;
  let glide = 0;
  const still = matchMedia('(prefers-reduced-motion: reduce)');

  function set(next: TimeView): void {
    glide += 1;
    view = next;
    onMove();
  }

  function glideTo(target: TimeView): void {
    set(view);
    if (still.matches) {
      set(target);
      return;
    }
    const own = glide;
    const from = view;
    const startMs = performance.now();
    const step = () => {
      if (own !== glide) return;
      const part = Math.min((performance.now() - startMs) / GLIDE_MS, 1);
      view = part === 1 ? target : between(from, target, 1 - (1 - part) ** 3);
      onMove();
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  const follow = (spanMs = spanOf(view)) => glideTo(followNow(spanMs, bounds().nowMs));
  return {
    view: () => view,
    zoomAt: (atMs, factor) => set(zoom(view, { atMs, factor }, bounds())),
    panBy: (ms) => set(pan(view, ms, bounds())),
    glideZoom: (factor) => glideTo(zoom(view, { atMs: (view.fromMs + view.toMs) / 2, factor }, bounds())),
    glidePan: (share) => glideTo(pan(view, spanOf(view) * share, bounds())),
    glideTo,
    glideFit: (fromMs, toMs) => glideTo(stretch(fromMs, toMs, bounds())),
    glideReveal(atMs) {
      const target = reveal(view, atMs, bounds());
      if (target !== view) glideTo(target);
    },
    follow,
    pause: () => set({ ...view, following: false }),
    tick() {
      if (view.following) view = advance(view, bounds().nowMs);
      onTick();
    },
  };
}

function between(a: TimeView, b: TimeView, part: number): TimeView {
  return {
    fromMs: a.fromMs + (b.fromMs - a.fromMs) * part,
    toMs: a.toMs + (b.toMs - a.toMs) * part,
    following: b.following,
  };
}
