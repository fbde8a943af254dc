import { stringify } from 'yaml';
import { prometheusRule, ruleGroups } from './alerts/rule-groups.ts';
import { offhookDashboard } from './dashboard/offhook-dashboard.ts';

const MADE = 'Made by "npm run monitoring" from infra/monitoring/alerts; do not edit.';

/** What is made of the sources in this folder, by its path below `infra/`. */
export function monitoringFiles(): Readonly<Record<string, string>> {
  const dashboard = `${JSON.stringify(offhookDashboard(), null, 2)}\n`;
  return {
    'monitoring/offhook-dashboard.json': dashboard,
    'monitoring/offhook-alerts.yaml': yaml(ruleGroups()),
    'monitoring/prometheusrule.yaml': yaml(prometheusRule()),
    // Helm and kustomize read no file outside of their own folders.
    'helm/offhook/files/offhook-dashboard.json': dashboard,
    'helm/offhook/files/offhook-alerts.yaml': yaml(ruleGroups()),
    'kustomize/components/monitoring/prometheusrule.yaml': yaml(prometheusRule()),
  };
}

function yaml(value: object): string {
  return `# ${MADE}\n${stringify(value, { lineWidth: 0 })}`;
}
