import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const ROOT = new URL('../../../../', import.meta.url);

/** A query with where it stands. */
export type PlacedQuery = { readonly place: string; readonly expr: string };

export type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<'summary' | 'description' | 'runbook_url', string>>;
};

export type GrafanaPanel = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: unknown;
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly thresholds: {
        readonly steps: readonly { readonly color: string; readonly value: number | null }[];
      };
      readonly custom?: { readonly stacking?: { readonly mode: string } };
    };
  };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: unknown;
  }[];
};

export type Dashboard = {
  readonly uid: string;
  readonly panels: readonly GrafanaPanel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[];
  };
};

/** A file that `npm run monitoring` makes, as it is committed. @param path below `infra/`. */
export function monitoringFile(path: string): string {
  return readFileSync(new URL(`infra/${path}`, ROOT), 'utf8');
}

export function committedRules(): readonly Rule[] {
  const { groups } = parse(monitoringFile('monitoring/offhook-alerts.yaml')) as {
    groups: { rules: Rule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

export function committedDashboard(): Dashboard {
  return JSON.parse(monitoringFile('monitoring/offhook-dashboard.json')) as Dashboard;
}

/** What the dashboard asks, of its panels and for the values of its variables. */
export function dashboardQueries(): readonly PlacedQuery[] {
  const { panels, templating } = committedDashboard();
  const variables = templating.list.flatMap(({ name, query }) => {
    const { query: text = '' } = typeof query === 'object' ? (query as { query?: string }) : {};
    const [, expr] = /^label_values\((.*), \w+\)$/.exec(text) ?? [];
    return expr === undefined ? [] : [{ place: `variable ${name}`, expr }];
  });
  const asked = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ place: `panel ${title}`, expr })),
  );
  return [...variables, ...asked];
}

/** Every block of PromQL in the documentation. */
export function documentedQueries(page = 'docs/operations.md'): readonly PlacedQuery[] {
  const blocks = readFileSync(new URL(page, ROOT), 'utf8').matchAll(/^```promql\n([\s\S]*?)\n```$/gm);
  return [...blocks].map(([, expr = '']) => ({ place: page, expr }));
}

export function allQueries(): readonly PlacedQuery[] {
  const rules = committedRules().map(({ alert, expr }) => ({ place: `alert ${alert}`, expr }));
  return [...rules, ...dashboardQueries(), ...documentedQueries()];
}
