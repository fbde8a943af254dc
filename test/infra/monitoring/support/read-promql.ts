import { parser } from '@prometheus-io/lezer-promql';

export type Matcher = { readonly label: string; readonly operator: string; readonly value: string };

/** What a query names. `grouped`: labels of by, without, on, ignoring, group_left and group_right. */
export type ReadQuery = {
  readonly series: readonly { readonly metric: string; readonly matchers: readonly Matcher[] }[];
  readonly grouped: readonly string[];
};

/** Only Grafana knows its durations. */
const GRAFANA_DURATION = /\$__(?:rate_)?interval/g;

/** Reads a query by Prometheus' own grammar. @throws Error where it is none. */
export function readPromql(text: string): ReadQuery {
  const expr = text.replaceAll(GRAFANA_DURATION, '5m');
  const series: { metric: string; matchers: Matcher[] }[] = [];
  const grouped: string[] = [];
  const at = (node: { readonly from: number; readonly to: number }) => expr.slice(node.from, node.to);
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${expr}`);
      if (node.name === 'VectorSelector') {
        const name = node.node.getChild('Identifier');
        series.push({ metric: name === null ? '' : at(name), matchers: [] });
      }
      if (node.name === 'UnquotedLabelMatcher') {
        const [label, operator, value] = ['LabelName', 'MatchOp', 'StringLiteral'].map((kind) => {
          const part = node.node.getChild(kind);
          return part === null ? '' : at(part);
        });
        const matcher = { label: label ?? '', operator: operator ?? '', value: (value ?? '').slice(1, -1) };
        series.at(-1)?.matchers.push(matcher);
      }
      if (node.name === 'GroupingLabels') {
        grouped.push(...node.node.getChildren('LabelName').map(at));
      }
    },
  });
  if (series.length === 0) throw new Error(`no metric in: ${expr}`);
  return { series, grouped };
}
