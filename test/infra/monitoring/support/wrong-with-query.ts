import { readPromql } from './read-promql.ts';

/** By metric: its labels, and the values that they are known to have. */
export type KnownMetrics = ReadonlyMap<
  string,
  { readonly labels: ReadonlySet<string>; readonly values: ReadonlySet<string> }
>;

/** What Prometheus adds to everything that it scrapes. */
export const TARGET_LABELS: readonly string[] = ['cluster', 'namespace', 'pod', 'job', 'instance'];

/** What a query names that no watcher shows. */
export function wrongWithQuery(expr: string, known: KnownMetrics): readonly string[] {
  const wrong: string[] = [];
  const shown = new Set(TARGET_LABELS);
  const { series, grouped } = readPromql(expr);
  for (const { metric, matchers } of series) {
    const found = known.get(metric);
    if (found === undefined) {
      wrong.push(`no metric ${metric}`);
      continue;
    }
    for (const label of found.labels) shown.add(label);
    for (const { label, operator, value } of matchers) {
      if (TARGET_LABELS.includes(label)) continue;
      if (!found.labels.has(label)) wrong.push(`${metric} has no label ${label}`);
      else if (!isVariable(value) && !valuesOf(operator, value).every((each) => found.values.has(each)))
        wrong.push(`${metric} has no ${label} ${value}`);
    }
  }
  return [
    ...wrong,
    ...grouped.filter((label) => !shown.has(label)).map((label) => `nothing has a label ${label}`),
  ];
}

function isVariable(value: string): boolean {
  return value.startsWith('$');
}

/** Of a regular expression, the words that it chooses from. */
function valuesOf(operator: string, value: string): readonly string[] {
  return operator.includes('~') ? value.split('|') : [value];
}
