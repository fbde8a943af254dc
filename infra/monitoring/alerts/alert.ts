/** Where runbooks are, one section an alert. */
const RUNBOOKS = 'https://github.com/offhook/offhook/blob/main/docs/operations.md';

/**
 * One alert. `summary` and `description` are templates of Prometheus; docs/operations.md has a section of its name.
 *
 * @property severity `critical`: events are being lost, or will be within hours. `warning`: look at it today.
 * @property after how long it must be so, as `5m`; left out: at once.
 */
export type Alert = {
  readonly name: `Offhook${string}`;
  readonly expr: string;
  readonly after?: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
};

/** The section of an alert; GitHub makes its anchor of the heading. */
export function runbookUrl({ name }: Pick<Alert, 'name'>): string {
  return `${RUNBOOKS}#${name.toLowerCase()}`;
}
