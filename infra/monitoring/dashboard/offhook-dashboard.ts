import { dashboardVariables } from './panel/dashboard-variables.ts';
import { grafanaPanel } from './panel/grafana-panel.ts';
import type { PanelRow } from './panel/panel.ts';
import { DELIVERY_ROW } from './rows/delivery-row.ts';
import { JOURNAL_ROW } from './rows/journal-row.ts';
import { OVERVIEW_ROW } from './rows/overview-row.ts';
import { PROCESS_ROW } from './rows/process-row.ts';
import { RECEIVER_ROW } from './rows/receiver-row.ts';
import { WATCHING_ROW } from './rows/watching-row.ts';

const PAGE_WIDTH = 24;

/** From top to bottom. */
const ROWS: readonly PanelRow[] = [
  ...[OVERVIEW_ROW, DELIVERY_ROW, WATCHING_ROW, JOURNAL_ROW, PROCESS_ROW],
  RECEIVER_ROW,
];

/** The dashboard as Grafana imports it, from version 10 on. */
export function offhookDashboard() {
  return {
    title: 'Offhook',
    uid: 'offhook-watcher',
    description: 'Watchers of container lifecycles: what they learn, what they deliver, and what waits.',
    tags: ['offhook', 'kubernetes'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    annotations: { list: [] },
    links: [],
    templating: { list: dashboardVariables() },
    panels: layOut(ROWS),
  };
}

/** Panels from left to right, each line of a row below the one before. */
function layOut(rows: readonly PanelRow[]) {
  const laidOut: object[] = [];
  let y = 0;
  for (const { title, height, panels } of rows) {
    laidOut.push({
      id: laidOut.length + 1,
      type: 'row',
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: PAGE_WIDTH, h: 1 },
    });
    y += 1;
    let x = 0;
    for (const panel of panels) {
      if (x + panel.width > PAGE_WIDTH) {
        x = 0;
        y += height;
      }
      laidOut.push(grafanaPanel(panel, laidOut.length + 1, { x, y, w: panel.width, h: height }));
      x += panel.width;
    }
    y += height;
  }
  return laidOut;
}
