import { spanOf } from '../model/view.ts';
import type { Chart } from './chart/chart.ts';
import type { KeyEvents } from './chart/keyboard.ts';
import type { Loaded } from './draw/scene.ts';

export type PageKeysDeps = {
  readonly chart: Chart;
  nowMs(): number;
  loaded(): Loaded;
  onHelp(): void;
  onView(): void;
};

/** Room before the beginning, as a share of the span. */
const MARGIN = 0.05;

/** What keys and buttons do to the view. */
export function createPageKeys({ chart, nowMs, loaded, onHelp, onView }: PageKeysDeps): KeyEvents {
  const { camera } = chart;
  return {
    onZoom: camera.glideZoom,
    onPan: camera.glidePan,
    onScroll: chart.scrollRows,
    onFitAll: () => camera.glideFit(Math.min(loaded().fromMs, nowMs() - 1_000), nowMs()),
    onBeginning() {
      const span = spanOf(camera.view());
      const fromMs = Math.min(loaded().fromMs, nowMs()) - span * MARGIN;
      camera.glideTo({ fromMs, toMs: fromMs + span, following: false });
    },
    onFollow: () => camera.follow(),
    onToggleFollow: () => (camera.view().following ? camera.pause() : camera.follow()),
    onHelp,
    onView,
  };
}
