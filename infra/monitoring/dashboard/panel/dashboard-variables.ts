/** Grafana's name for the chosen Prometheus; the dashboard names none of its own. */
export const DATASOURCE = { type: 'prometheus', uid: `\${datasource}` } as const;

const TARGET = 'offhook_build_info';

/** What is chosen at the top of the page. */
export function dashboardVariables() {
  return [
    {
      name: 'datasource',
      label: 'Data source',
      type: 'datasource',
      query: 'prometheus',
      current: {},
      hide: 0,
    },
    chosenOf('cluster', 'Cluster', TARGET),
    chosenOf('namespace', 'Namespace', `${TARGET}{cluster=~"$cluster"}`),
    chosenOf(
      'subscription',
      'Subscription',
      'offhook_queue_pending{cluster=~"$cluster", namespace=~"$namespace"}',
    ),
  ];
}

/** Several values of a label, or all: also those of series that do not have it, as where nothing is told of clusters. */
function chosenOf(name: string, label: string, series: string) {
  const definition = `label_values(${series}, ${name})`;
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    definition,
    query: { query: definition, refId: `${name}-values` },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
    hide: 0,
  };
}
