import { type Alert, runbookUrl } from './alert.ts';
import { DELIVERY_ALERTS } from './delivery-alerts.ts';
import { JOURNAL_ALERTS } from './journal-alerts.ts';
import { RECEIVER_ALERTS } from './receiver-alerts.ts';
import { WATCHER_ALERTS } from './watcher-alerts.ts';
import { WATCHING_ALERTS } from './watching-alerts.ts';

const GROUPS: Readonly<Record<string, readonly Alert[]>> = {
  'offhook-watcher': WATCHER_ALERTS,
  'offhook-watching': WATCHING_ALERTS,
  'offhook-journal': JOURNAL_ALERTS,
  'offhook-delivery': DELIVERY_ALERTS,
  'offhook-receiver': RECEIVER_ALERTS,
};

/** The rules as Prometheus reads them: the content of a rule file, and the `spec` of a PrometheusRule. */
export function ruleGroups() {
  return { groups: Object.entries(GROUPS).map(([name, alerts]) => ({ name, rules: alerts.map(ruleOf) })) };
}

function ruleOf(alert: Alert) {
  const { name, expr, after, severity, summary, description } = alert;
  return {
    alert: name,
    expr,
    ...(after !== undefined && { for: after }),
    labels: { severity },
    annotations: { summary, description, runbook_url: runbookUrl(alert) },
  };
}

/**
 * The same as an object of the Prometheus operator.
 *
 * @see https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PrometheusRule
 */
export function prometheusRule() {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name: 'offhook',
      labels: {
        'app.kubernetes.io/name': 'offhook',
        'app.kubernetes.io/instance': 'offhook',
        'app.kubernetes.io/component': 'watcher',
      },
    },
    spec: ruleGroups(),
  };
}
