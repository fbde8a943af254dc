import { element } from '../../dom/element.ts';

/**
 * The chart's elements. The stage stays in place while the scroller scrolls, and everything on it is moved in the same
 * frame, so that labels and bars never part.
 */
export type Surface = {
  readonly corner: HTMLElement;
  readonly axis: HTMLCanvasElement;
  readonly scroller: HTMLElement;
  readonly spacer: HTMLElement;
  readonly stage: HTMLElement;
  readonly labels: HTMLElement;
  readonly bars: HTMLCanvasElement;
  readonly plot: HTMLElement;
  readonly none: HTMLElement;
};

export function createSurface(root: HTMLElement): Surface {
  const corner = element('div', { class: 'corner' });
  const axis = element('canvas', { class: 'axis', 'aria-hidden': 'true' });
  const labels = element('div', { class: 'labels' });
  const bars = element('canvas', { class: 'bars', 'aria-hidden': 'true' });
  const plot = element('div', {
    class: 'plot',
    tabindex: '0',
    role: 'application',
    'aria-roledescription': 'timeline',
    'aria-label': 'Runs of containers over time',
    'aria-describedby': 'plot-help',
  });
  const help = element(
    'p',
    { id: 'plot-help', class: 'unseen' },
    'Arrow keys move the view, plus and minus zoom, Enter walks through the runs, question mark explains all keys.',
  );
  const none = element('div', { class: 'none', hidden: '' });
  const stage = element('div', { class: 'stage' }, labels, bars, plot, none);
  const spacer = element('div', { class: 'spacer' }, stage);
  const scroller = element('div', { class: 'scroller', tabindex: '-1' }, spacer);
  root.replaceChildren(corner, axis, scroller, help);
  return { corner, axis, scroller, spacer, stage, labels, bars, plot, none };
}

/** Gives a canvas as many pixels as the screen has for it; the drawing keeps counting in CSS pixels. */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  { width, height }: { readonly width: number; readonly height: number },
): void {
  const ratio = devicePixelRatio;
  const [pixelsWide, pixelsHigh] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== pixelsWide || canvas.height !== pixelsHigh) {
    canvas.width = pixelsWide;
    canvas.height = pixelsHigh;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  canvas.getContext('2d')?.setTransform(ratio, 0, 0, ratio, 0, 0);
}
