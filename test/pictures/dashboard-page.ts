import { chart } from './chart.ts';
import { formatUnit } from './format-unit.ts';
import type { FilledPanel } from './read-dashboard.ts';

/** As Grafana lays out: 24 columns, lines of 30 pixels, 8 between. */
const COLUMNS = 24;
const LINE_HEIGHT = 30;
const GAP = 8;
const MARGIN = 12;

const STYLE = `
  * { box-sizing: border-box; }
  body { margin: 0; background: #f4f5f5; color: #24292e; font: 12px/1.4 'DejaVu Sans', sans-serif; position: relative; }
  .panel { position: absolute; background: #fff; border: 1px solid #e1e2e3; border-radius: 3px; padding: 7px 10px; overflow: hidden; }
  .row { position: absolute; font-weight: bold; font-size: 13px; padding-top: 8px; }
  h2 { margin: 0 0 2px; font-size: 12px; white-space: nowrap; }
  .stat { font-size: 30px; font-weight: bold; color: #1a7f4b; padding-top: 12px; white-space: nowrap; }
  .empty { color: #888; padding-top: 60px; text-align: center; }
  .stat.warn { color: #c2570c; }
  .legend { white-space: nowrap; font-size: 10.5px; color: #444; }
  .legend i { display: inline-block; width: 10px; height: 3px; margin: 0 4px 3px 0; }
  .legend span { margin-right: 11px; }
`;

const COLOURS = ['#3274d9', '#56a64b', '#e0752d', '#8f3bb8', '#e02f44', '#0a8f8f', '#b8860b', '#6e7781'];

/** The dashboard as a page of its own, for a picture of how it is laid out. */
export function dashboardPage(panels: readonly FilledPanel[], width: number): string {
  const column = (width - 2 * MARGIN + GAP) / COLUMNS;
  const boxes = panels.map((panel) => {
    const { x, y, w, h } = panel.gridPos;
    const left = MARGIN + x * column;
    const top = MARGIN + y * (LINE_HEIGHT + GAP);
    const size = { width: w * column - GAP, height: h * LINE_HEIGHT + (h - 1) * GAP };
    const style = `left:${left}px;top:${top}px;width:${size.width}px;height:${size.height}px`;
    if (panel.type === 'row') return `<div class="row" style="${style}">${panel.title}</div>`;
    return `<div class="panel" style="${style}"><h2>${panel.title}</h2>${content(panel, size)}</div>`;
  });
  const bottom = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
  const height = 2 * MARGIN + bottom * (LINE_HEIGHT + GAP);
  return `<!doctype html><style>${STYLE}</style><body style="width:${width}px;height:${height}px">${boxes.join('')}`;
}

function content(panel: FilledPanel, size: { readonly width: number; readonly height: number }): string {
  const { unit, thresholds } = panel.fieldConfig.defaults;
  if (panel.type === 'stat') {
    const value = panel.lines[0]?.points.at(-1)?.[1] ?? 0;
    const reached = thresholds.steps.findLast((step) => step.value === null || value >= step.value);
    return `<div class="stat ${reached?.color === 'green' ? '' : 'warn'}">${formatUnit(value, unit)}</div>`;
  }
  if (panel.lines.length === 0) return '<div class="empty">No data: nothing was interrupted</div>';
  const shown = panel.lines.slice(0, COLOURS.length);
  const legend = shown.map(
    ({ name }, index) => `<span><i style="background:${COLOURS[index]}"></i>${name}</span>`,
  );
  const stacked = panel.fieldConfig.defaults.custom?.stacking?.mode === 'normal';
  const area = { width: size.width - 22, height: size.height - 52 };
  return `${chart(shown, { ...area, unit, stacked, colours: COLOURS })}<div class="legend">${legend.join('')}</div>`;
}
