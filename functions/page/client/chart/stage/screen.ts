import type { MomentFormat } from '../../../model/time/moment-format.ts';
import { ticksBetween } from '../../../model/time/ticks.ts';
import { type Palette, readPalette } from '../../dom/palette.ts';
import { AXIS_HEIGHT, drawAxis } from '../../draw/draw-axis.ts';
import { drawFrame } from '../../draw/draw-frame.ts';
import { createPatterns, type Patterns } from '../../draw/patterns.ts';
import type { Drawn, Scene } from '../../draw/scene.ts';
import { fitCanvas, type Surface } from './surface.ts';

/** What the screen gives to a scene: its size and its looks. */
export type ScreenFacts = Pick<Scene, 'width' | 'height' | 'palette' | 'patterns'>;

const TICK_ROOM = 92;
const NARROW = 640;
const SCHEMES = ['(prefers-color-scheme: dark)', '(forced-colors: active)', '(prefers-contrast: more)'];

/** The two canvases: as large as their places, as sharp as the screen, in the colours of the reader's scheme. */
export function createScreen(
  root: HTMLElement,
  surface: Surface,
  on: { onResize(narrow: boolean): void; onRestyle(): void },
) {
  let palette: Palette = readPalette(root);
  let patterns: Patterns = createPatterns(palette, devicePixelRatio);
  let size = { width: 1, height: 1 };

  new ResizeObserver(() => {
    const { clientWidth, clientHeight } = surface.scroller;
    const narrow = clientWidth < NARROW;
    root.classList.toggle('narrow', narrow);
    const labels = narrow ? 0 : surface.labels.offsetWidth;
    size = { width: Math.max(clientWidth - labels, 1), height: Math.max(clientHeight, 1) };
    surface.stage.style.height = `${size.height}px`;
    fitCanvas(surface.bars, size);
    fitCanvas(surface.axis, { width: size.width, height: AXIS_HEIGHT });
    patterns = createPatterns(palette, devicePixelRatio);
    on.onResize(narrow);
  }).observe(surface.scroller);
  for (const scheme of SCHEMES) {
    matchMedia(scheme).addEventListener('change', () => {
      palette = readPalette(root);
      patterns = createPatterns(palette, devicePixelRatio);
      on.onRestyle();
    });
  }

  return {
    facts: (): ScreenFacts => ({ ...size, palette, patterns }),
    paint(scene: Scene, format: MomentFormat): void {
      const startTime = performance.now();
      const bars = surface.bars.getContext('2d');
      const axis = surface.axis.getContext('2d');
      if (bars === null || axis === null) return;
      const { fromMs, toMs } = scene.view;
      const ticks = ticksBetween(fromMs, toMs, { room: scene.width / TICK_ROOM, timeZone: format.timeZone });
      const drawn = drawFrame(bars, scene, ticks);
      drawAxis(axis, scene, { ...ticks, format });
      report(startTime, drawn);
    },
  };
}

/** What a profiler (and a test) can see of each frame. Only the last one is kept. */
function report(startTime: number, detail: Drawn): void {
  performance.clearMeasures('offhook.frame');
  performance.measure('offhook.frame', { start: startTime, end: performance.now(), detail });
}
