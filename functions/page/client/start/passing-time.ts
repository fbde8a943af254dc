import { spanOf } from '../../model/time/time-view.ts';
import type { Chart } from '../chart/chart.ts';

const REFRESH_MS = 2_000;
const TICK_MS = { least: 100, most: 1_000 };

/**
 * Lets time pass on the page, unless nobody sees it.
 *
 * @param onRefresh called every two seconds: lanes come into reach, and durations grow, without any news.
 */
export function letTimePass({ camera, plot }: Pick<Chart, 'camera' | 'plot'>, onRefresh: () => void): void {
  tick();
  setInterval(() => {
    if (!document.hidden) onRefresh();
  }, REFRESH_MS);

  /** As often as it moves something by a pixel. */
  function tick(): void {
    const pixelMs = spanOf(camera.view()) / Math.max(plot.clientWidth, 1);
    if (!document.hidden) camera.tick();
    setTimeout(tick, Math.min(Math.max(pixelMs, TICK_MS.least), TICK_MS.most));
  }
}
