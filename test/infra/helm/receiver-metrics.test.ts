import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pick } from '../manifests/manifest.ts';
import { renderChart, SMALLEST, type Values } from './render-chart.ts';
import { RECEIVER } from './variants.ts';

const OPERATOR = { apiVersions: ['monitoring.coreos.com/v1'] };
const SCRAPED: Values = {
  metrics: { podMonitor: { enabled: true }, serviceMonitor: { enabled: true }, rules: { enabled: true } },
};

describe('the metrics of a receiver', () => {
  it('are at a port of the Pod that its Service does not lead to', async () => {
    const manifests = await renderChart({ ...SMALLEST, ...SCRAPED, receiver: RECEIVER }, OPERATOR);
    const { data } = pick(manifests, 'ConfigMap', 'offhook-receiver-config');
    const { metrics, listen } = parse(data?.['offhook-receiver.yaml'] ?? '');
    expect(metrics).toEqual({ host: listen.host, port: 9464 });
    const text = JSON.stringify(pick(manifests, 'StatefulSet', 'offhook-receiver'));
    expect(text).toContain('{"name":"metrics","containerPort":9464}');
    const service = JSON.stringify(pick(manifests, 'Service', 'offhook-receiver').spec);
    expect(service).not.toMatch(/metrics|9464/);
    // What the ServiceMonitor selects is a Service of its own, without an address.
    const own = pick(manifests, 'Service', 'offhook-receiver-metrics');
    expect(own.spec).toMatchObject({ clusterIP: 'None', ports: [{ name: 'metrics', port: 9464 }] });
    const monitor = pick(manifests, 'ServiceMonitor', 'offhook-receiver');
    expect(own.metadata.labels).toMatchObject(
      (monitor.spec as { selector: { matchLabels: object } }).selector.matchLabels,
    );
    expect(pick(manifests, 'Service', 'offhook-receiver').metadata.labels).not.toHaveProperty(
      'offhook.dev/serves',
    );
  });

  it('may be read by those alone who may read the watcher’s', async () => {
    const fenced = { ...SMALLEST, receiver: RECEIVER };
    const rulesOf = async (networkPolicy: Values) => {
      const values = { ...fenced, networkPolicy: { enabled: true, ...networkPolicy } };
      return JSON.stringify(pick(await renderChart(values), 'NetworkPolicy', 'offhook-receiver').spec);
    };
    expect(await rulesOf({})).toContain(
      '"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"monitoring"}}}]',
    );
    expect(await rulesOf({ metricsFrom: [] })).not.toContain('"port":"metrics"');
  });

  it('bring the alerts of a receiver alone where there is no watcher, whose absence would be one', async () => {
    const groupsOf = async (values: Values) => {
      const rule = pick(
        await renderChart({ receiver: RECEIVER, ...SCRAPED, ...values }, OPERATOR),
        'PrometheusRule',
      );
      return (rule.spec as { groups: { name: string; rules: { annotations: { summary: string } }[] }[] })
        .groups;
    };
    const [alone, ...others] = await groupsOf({ watcher: { enabled: false } });
    expect([alone?.name, others]).toEqual(['offhook-receiver', []]);
    const beside = (await groupsOf(SMALLEST)).find(({ name }) => name === 'offhook-receiver');
    expect(alone).toEqual(beside);
    expect(alone?.rules[0]?.annotations.summary).toContain('{{ $labels.instance }}');
  });
});
