import { DATASOURCE } from './dashboard-variables.ts';
import type { Panel } from './panel.ts';

/** In 24ths of the page, and in lines of 30 pixels. */
type GridPosition = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };

/** A panel as Grafana keeps it. */
export function grafanaPanel(panel: Panel, id: number, gridPos: GridPosition) {
  const { title, description, kind, queries } = panel;
  return {
    id,
    type: kind,
    title,
    description,
    datasource: DATASOURCE,
    gridPos,
    fieldConfig: { defaults: { ...defaults(panel), custom: custom(panel) }, overrides: [] },
    options: OPTIONS[kind],
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      ...(kind === 'stat' && { instant: true }),
    })),
  };
}

const OPTIONS = {
  stat: {
    colorMode: 'value',
    graphMode: 'none',
    justifyMode: 'auto',
    textMode: 'value',
    reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
  },
  timeseries: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
} as const;

function defaults({ unit, warnAbove, badBelow }: Panel) {
  const steps =
    badBelow === undefined
      ? [
          { color: 'green', value: null },
          ...(warnAbove === undefined ? [] : [{ color: 'orange', value: warnAbove }]),
        ]
      : [
          { color: 'red', value: null },
          { color: 'green', value: badBelow },
        ];
  return { unit, min: 0, noValue: '0', thresholds: { mode: 'absolute', steps } };
}

function custom({ kind, stacked, warnAbove }: Panel) {
  if (kind === 'stat') return {};
  return {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: stacked === true ? 25 : 8,
    showPoints: 'never',
    spanNulls: false,
    stacking: { group: 'A', mode: stacked === true ? 'normal' : 'none' },
    thresholdsStyle: { mode: warnAbove === undefined ? 'off' : 'line' },
  };
}
