import { stringify } from 'yaml';
import { prometheusRule, ruleGroups } from './alerts/rule-groups.ts';
import { offhookDashboard } from './dashboard/offhook-dashboard.ts';

const MADE = 'Made by "npm run monitoring" from infra/monitoring/alerts; do not edit.';

/** What is made of the sources in this folder, by its path below `infra/`. */
export function monitoringFiles(): Readonly<Record<string, string>> {
  return {
    'monitoring/offhook-dashboard.json': `${JSON.stringify(offhookDashboard(), null, 2)}\n`,
    'monitoring/offhook-alerts.yaml': yaml(ruleGroups()),
    'monitoring/prometheusrule.yaml': yaml(prometheusRule()),
  };
}

function yaml(value: object): string {
  return `# ${MADE}\n${stringify(value, { lineWidth: 0 })}`;
}
