import type { ContainerRun } from '../../model/container-run.ts';
import type { LaneRow, Row } from '../../model/rows.ts';
import { element } from '../dom/element.ts';

/** Where the walk through the runs stands: a run of a lane, or a closed group. */
export type Place = { readonly row: Row; readonly run: ContainerRun | null };

/**
 * Shows and tells where a walk by keyboard stands. The plot keeps the focus and names the spot as its active descendant;
 * two spots take turns, because a screen reader reads a spot out when it becomes another one.
 */
export function createSpot(plot: HTMLElement) {
  const spots = ['spot-a', 'spot-b'].map((id) =>
    element('div', { id, class: 'spot', role: 'img', hidden: '' }),
  );
  plot.append(...spots);
  let turn = 0;
  let told = '';

  return {
    show(box: { x: number; y: number; width: number; height: number } | null, words: string): void {
      if (words !== told) {
        told = words;
        turn = 1 - turn;
      }
      const spot = spots[turn];
      const other = spots[1 - turn];
      if (spot === undefined || other === undefined) return;
      other.hidden = true;
      spot.hidden = false;
      spot.setAttribute('aria-label', words);
      spot.classList.toggle('off', box === null);
      if (box !== null) {
        spot.style.transform = `translate(${box.x}px, ${box.y}px)`;
        spot.style.width = `${box.width}px`;
        spot.style.height = `${box.height}px`;
      }
      plot.setAttribute('aria-activedescendant', spot.id);
    },
    hide(): void {
      told = '';
      for (const spot of spots) spot.hidden = true;
      plot.removeAttribute('aria-activedescendant');
    },
  };
}

/** The row `step` rows on that can be stood on (lanes, and closed groups); stays at the ends. */
export function nextRow(rows: readonly Row[], current: Row, step: number): Row {
  const stops = rows.filter((row) => row.kind === 'lane' || row.collapsed);
  const at = stops.findIndex(({ kind, key }) => kind === current.kind && key === current.key);
  return stops[Math.min(Math.max(at + step, 0), stops.length - 1)] ?? current;
}

/** The run of a lane that is nearest to a moment. */
export function nearestRun({ lane }: LaneRow, atMs: number, nowMs: number): ContainerRun | null {
  let nearest: ContainerRun | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const run of lane.runs) {
    const off = Math.max(run.fromMs - atMs, atMs - (run.toMs ?? nowMs), 0);
    if (off <= distance) {
      nearest = run;
      distance = off;
    }
  }
  return nearest;
}
