import { committedDashboard, type GrafanaPanel } from '../infra/monitoring/support/all-queries.ts';
import { filledIn, type Prometheus } from '../infra/monitoring/support/prometheus.ts';

/** One line of a panel. */
export type Line = { readonly name: string; readonly points: readonly (readonly [number, number])[] };
export type FilledPanel = GrafanaPanel & { readonly lines: readonly Line[] };

/** The panels of the dashboard with what Prometheus answers to their queries over the last `seconds`. */
export async function readDashboard(
  prometheus: Prometheus,
  seconds: number,
): Promise<readonly FilledPanel[]> {
  const filled: FilledPanel[] = [];
  for (const panel of committedDashboard().panels) {
    const lines: Line[] = [];
    for (const { expr, legendFormat } of panel.targets ?? []) {
      for (const { metric, values } of await prometheus.range(filledIn(expr), seconds)) {
        const name = legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');
        const points = values.map(([time, value]) => [time, Number(value)] as const);
        lines.push({ name: name.trim(), points: points.filter(([, value]) => Number.isFinite(value)) });
      }
    }
    filled.push({ ...panel, lines });
  }
  return filled;
}
