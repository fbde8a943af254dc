import { spanOf } from '../../../model/time/time-view.ts';
import { type Hit, hitTest } from '../../draw/hit-test.ts';
import { type Scene, timeAt } from '../../draw/scene.ts';
import type { Camera } from '../stage/camera.ts';
import type { Surface } from '../stage/surface.ts';
import { type GestureEvents, listenToGestures, listenToWheel } from './gestures.ts';
import type { createTooltip } from './tooltip.ts';

type PointingDeps = {
  readonly surface: Surface;
  readonly camera: Camera;
  readonly tooltip: ReturnType<typeof createTooltip>;
  scene(): Scene;
  onOpen(hit: Hit): void;
  /** The run under the pointer is another one. */
  onHover(runId: string | null): void;
};

/** How far beside a bar still counts, in pixels. */
const TOUCH_SLACK = 14;
const MOUSE_SLACK = 4;
const CLOSER = 1 / 3;

/** What mouse and fingers do to the chart. */
export function listenToPointing({ surface, camera, tooltip, scene, onOpen, onHover }: PointingDeps): void {
  const moving: Pick<GestureEvents, 'onDrag' | 'onZoom'> = {
    onDrag(dx, dy) {
      const { width, view } = scene();
      if (dx !== 0) camera.panBy((-dx * spanOf(view)) / width);
      if (dy !== 0) surface.scroller.scrollTop -= dy;
    },
    onZoom: (x, factor) => camera.zoomAt(timeAt(scene(), x), factor),
  };
  listenToGestures(surface.plot, {
    ...moving,
    onTap(x, y, touch) {
      tooltip.hide();
      const hit = hitTest(scene(), { x, y }, touch ? TOUCH_SLACK : MOUSE_SLACK);
      if (hit !== null) onOpen(hit);
    },
    onDoubleTap: (x) => moving.onZoom(x, CLOSER),
    onHover(x, y) {
      const shown = scene();
      const hit = hitTest(shown, { x, y }, MOUSE_SLACK);
      surface.plot.classList.toggle('over', hit !== null);
      if (hit === null) tooltip.hide();
      else tooltip.show(hit, { x: x + surface.plot.offsetLeft, y }, shown.nowMs);
      onHover(hit?.kind === 'run' ? hit.run.id : null);
    },
    onLeave() {
      tooltip.hide();
      onHover(null);
    },
  });
  listenToWheel(surface.axis, moving, { zoomsAlone: true });
}
