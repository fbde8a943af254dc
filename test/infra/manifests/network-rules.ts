import type { Manifest } from './manifest.ts';
import type { RenderedPod } from './pods-of.ts';

export type Labels = Readonly<Record<string, string>>;

export type LabelSelector = {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
};

export type PolicySpec = {
  readonly podSelector: LabelSelector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly {
    readonly from?: readonly unknown[];
    readonly ports?: readonly PolicyPort[];
  }[];
  readonly egress?: readonly { readonly to?: readonly unknown[]; readonly ports?: readonly PolicyPort[] }[];
};
export type PolicyPort = { readonly protocol: string; readonly port: number | string };

/** The policies that select a Pod. */
export function policiesOf(pod: RenderedPod, manifests: readonly Manifest[]): PolicySpec[] {
  return manifests
    .filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === pod.namespace)
    .map(({ spec }) => spec as unknown as PolicySpec)
    .filter(({ podSelector }) => selects(podSelector, pod.labels));
}

/** What is wrong with how a Pod is fenced in: both ways, and no rule without ports, which would allow all of them. */
export function networkFaults(pod: RenderedPod, manifests: readonly Manifest[]): string[] {
  const policies = policiesOf(pod, manifests);
  const types = policies.flatMap(({ policyTypes }) => policyTypes);
  const open = policies.flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress]);
  const faults = [
    ...['Ingress', 'Egress']
      .filter((type) => !types.includes(type))
      .map((type) => `nothing bounds its ${type}`),
    ...(open.every(({ ports = [] }) => ports.length > 0) ? [] : ['a rule allows every port']),
  ];
  return faults.map((fault) => `${pod.of}: ${fault}`);
}

/** Whether a selector picks these labels. @throws Error for an operator other than In. */
export function selects({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  const stated = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return (
    stated &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`an operator that this test does not know: ${operator}`);
      return values.includes(labels[key] ?? '');
    })
  );
}
