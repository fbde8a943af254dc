import type { LoadedHistory } from '../../../model/loaded-history.ts';
import { spanOf } from '../../../model/time/time-view.ts';
import type { Camera } from '../stage/camera.ts';
import type { KeyEvents } from './keyboard.ts';

type PageKeysDeps = {
  readonly camera: Camera;
  nowMs(): number;
  loaded(): LoadedHistory;
  onScroll(rows: number): void;
  onHelp(): void;
  onView(): void;
};

/** Room before the beginning, as a share of the span. */
const MARGIN = 0.05;

/** What keys and buttons do to the view. */
export function createPageKeys({ camera, nowMs, loaded, ...on }: PageKeysDeps): KeyEvents {
  return {
    ...on,
    onZoom: camera.glideZoom,
    onPan: camera.glidePan,
    onFitAll: () => camera.glideFit(Math.min(loaded().fromMs, nowMs() - 1_000), nowMs()),
    onBeginning() {
      const span = spanOf(camera.view());
      const fromMs = Math.min(loaded().fromMs, nowMs()) - span * MARGIN;
      camera.glideTo({ fromMs, toMs: fromMs + span, following: false });
    },
    onFollow: () => camera.follow(),
    onToggleFollow: () => (camera.view().following ? camera.pause() : camera.follow()),
  };
}
