import type { LoadedHistory } from '../../../model/loaded-history.ts';
import { spanOf } from '../../../model/time/time-view.ts';
import type { Camera } from '../stage/camera.ts';
import type { KeyEvents } from './keyboard.ts';

type PageKeysDeps = Pick<KeyEvents, 'onScroll' | 'onHelp' | 'onView' | 'onPacked' | 'onByName'> & {
  readonly camera: Camera;
  nowMs(): number;
  loaded(): LoadedHistory;
  /** Where the runs are that fit the filters; null without filters, or where none does. */
  wanted(): { readonly fromMs: number; readonly toMs: number } | null;
};

/** Room before the beginning, as a share of the span. */
const MARGIN = 0.05;

/** What keys and buttons do to the view. */
export function createPageKeys({ camera, nowMs, loaded, wanted, ...on }: PageKeysDeps): KeyEvents {
  return {
    ...on,
    onZoom: camera.glideZoom,
    onPan: camera.glidePan,
    onFitAll() {
      const { fromMs, toMs } = wanted() ?? {
        fromMs: Math.min(loaded().fromMs, nowMs() - 1_000),
        toMs: nowMs(),
      };
      camera.glideFit(fromMs, toMs);
    },
    onBeginning() {
      const span = spanOf(camera.view());
      const fromMs = Math.min(loaded().fromMs, nowMs()) - span * MARGIN;
      camera.glideTo({ fromMs, toMs: fromMs + span, following: false });
    },
    onFollow: () => camera.follow(),
    onToggleFollow: () => (camera.view().following ? camera.pause() : camera.follow()),
  };
}
