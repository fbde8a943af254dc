import type { ContainerRun, RunState } from '../../model/runs/container-run.ts';
import { BAR_HEIGHT, type BarEnds, FAINT, type LanePen } from './scene.ts';

/** Which of several outcomes is told when there is room for one only: the highest. */
export const SEVERITY: Readonly<Record<RunState, number>> = {
  preparing: 0,
  completed: 1,
  running: 2,
  unknown: 3,
  error: 4,
  oomKilled: 5,
};

/** No sliver is narrower than this; those of runs narrower still share a column as wide. */
const COLUMN = 2;

/**
 * Runs too narrow for a bar. Those that share a column become one sliver, which shows the worst of them; bad ones are
 * taller, so that they can be told apart without their colour.
 */
export function createSlivers({ context, scene, top }: LanePen) {
  const { palette } = scene;
  let column = Number.NaN;
  let endX = 0;
  let worst: RunState | null = null;
  let seen = false;
  let count = 0;

  function draw(): void {
    if (worst === null) return;
    const inset = SEVERITY[worst] >= SEVERITY.unknown ? -1 : 2;
    context.globalAlpha = seen ? 1 : FAINT;
    context.fillStyle = palette.bars[worst].edge;
    const x = column * COLUMN;
    context.fillRect(x, top + inset, Math.max(endX - x, COLUMN), BAR_HEIGHT - 2 * inset);
    context.globalAlpha = 1;
    count += 1;
  }

  return {
    add(run: ContainerRun, [x0, x1]: BarEnds, wanted: boolean): void {
      const at = Math.floor(x0 / COLUMN);
      if (at !== column) {
        draw();
        column = at;
        endX = 0;
        worst = null;
        seen = false;
      }
      endX = Math.max(endX, x1);
      if (worst === null || (wanted && !seen) || (wanted === seen && SEVERITY[run.state] > SEVERITY[worst])) {
        worst = run.state;
      }
      seen ||= wanted;
    },
    /** Draws the last one, and says how many there were. */
    flush(): number {
      draw();
      worst = null;
      return count;
    },
  };
}
