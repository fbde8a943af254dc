import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { monitoringFiles } from '../../../infra/monitoring/monitoring-files.ts';
import {
  committedDashboard,
  committedRules,
  documentedQueries,
  monitoringFile,
} from './support/all-queries.ts';

const operations = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

it.each(Object.entries(monitoringFiles()))(
  '%s is what its source makes (npm run monitoring)',
  (name, made) => {
    expect(monitoringFile(name)).toBe(made);
  },
);

it('the PrometheusRule holds the rules of the rule file', () => {
  const { spec, ...object } = parse(monitoringFile('monitoring/prometheusrule.yaml'));
  expect(object).toMatchObject({ apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule' });
  expect(spec).toEqual(parse(monitoringFile('monitoring/offhook-alerts.yaml')));
});

it('each alert has a severity, texts, and a runbook with its expression', () => {
  const rules = committedRules();
  expect(rules.length).toBeGreaterThan(15);
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, expr, labels, annotations, for: after } of rules) {
    expect(labels.severity, alert).toMatch(/^(critical|warning)$/);
    expect(annotations.summary, alert).toMatch(/^\S[^\n]{10,100}$/);
    expect(annotations.description, alert).toMatch(/^\S[^\n]{20,200}\.$|\?$/);
    const { hash, pathname } = new URL(annotations.runbook_url);
    expect(pathname.endsWith('/docs/operations.md'), alert).toBe(true);
    expect(hash, alert).toBe(`#${alert.toLowerCase()}`);
    const [, section = ''] = operations.split(new RegExp(`^### ${alert}$`, 'm'));
    const [own = ''] = section.split(/^##/m);
    expect(own, alert).toContain(`*${labels.severity}${after === undefined ? '' : `, after ${after}`}*`);
    expect(own, alert).toContain(`\`\`\`promql\n${expr}\n\`\`\``);
    for (const part of ['**Means:**', '**Look at:**', '**Do:**']) expect(own, alert).toContain(part);
  }
});

it('there is a runbook for no other alert', () => {
  const headings = [...operations.matchAll(/^### (Offhook\w+)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(committedRules().map(({ alert }) => alert));
  expect(documentedQueries()).toHaveLength(headings.length);
});

it('there is a case in which each alert fires, and one in which it does not yet', () => {
  const { tests } = parse(readFileSync(new URL('offhook-alerts.test.yaml', import.meta.url), 'utf8')) as {
    tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
  };
  const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  const namesWhere = (fires: boolean) =>
    [
      ...new Set(cases.filter((each) => each.exp_alerts.length > 0 === fires).map((each) => each.alertname)),
    ].sort();
  const alerts = committedRules()
    .map(({ alert }) => alert)
    .sort();
  expect({ firing: namesWhere(true), silent: namesWhere(false) }).toEqual({ firing: alerts, silent: alerts });
});

it('the dashboard asks for its data source and names none', () => {
  const text = monitoringFile('monitoring/offhook-dashboard.json');
  const sources = [...text.matchAll(/"uid": "([^"]*)"/g)].map(([, uid]) => uid);
  expect(new Set(sources)).toEqual(new Set(['offhook-watcher', `\${datasource}`]));
  const { templating } = committedDashboard();
  expect(templating.list.map(({ name, type }) => [name, type])).toEqual([
    ['datasource', 'datasource'],
    ['cluster', 'query'],
    ['namespace', 'query'],
    ['subscription', 'query'],
  ]);
});

it('every panel says what it shows, and none lies on another', () => {
  const { panels } = committedDashboard();
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { type, title, description, targets = [], gridPos } of panels) {
    const { x, y, w, h } = gridPos;
    expect(x + w, title).toBeLessThanOrEqual(24);
    for (let column = x; column < x + w; column += 1) {
      for (let line = y; line < y + h; line += 1) {
        const cell = `${column} ${line}`;
        expect(taken.has(cell), `${title} at ${cell}`).toBe(false);
        taken.add(cell);
      }
    }
    if (type === 'row') continue;
    expect(description, title).toMatch(/\S.{30,}/);
    expect(targets.length, title).toBeGreaterThan(0);
    for (const { expr } of targets)
      expect(expr, title).toContain('cluster=~"$cluster", namespace=~"$namespace"');
  }
  // No holes: Grafana would move panels up.
  const bottom = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
  expect(taken.size).toBe(bottom * 24);
});
