import { matchesLabelExpressions } from '../../../protocol/event/label-expression.ts';
import { asDnsLabel, labels as readLabels } from '../../lifecycle/snapshot/bounded-field.ts';
import { isRecord } from '../../lifecycle/snapshot/json-field.ts';
import type { LabelSelector } from './found-subscriptions.ts';

type Labels = Readonly<Record<string, string>>;

/** Every namespace carries its name under this key, so much is known of each. */
const NAME_LABEL = 'kubernetes.io/metadata.name';
/** What no recording of a cluster reaches. */
const MOST_NAMESPACES = 100_000;

/** What is known of the labels of namespaces. */
export type KnownNamespaceLabels = {
  /** Whether a Namespace object was taken; false for any other. */
  take(object: unknown): boolean;
  set(namespace: string, labels: Labels): void;
  /** Whether a selector selects a namespace; null where that rests on labels that are not known. */
  selects(selector: LabelSelector, namespace: string): boolean | null;
};

export function createNamespaceLabels(): KnownNamespaceLabels {
  const known = new Map<string, Labels>();
  const set = (namespace: string, labels: Labels): void => {
    if (known.size < MOST_NAMESPACES || known.has(namespace))
      known.set(namespace, { [NAME_LABEL]: namespace, ...labels });
  };
  return {
    set,
    take(object) {
      if (!isRecord(object) || object.kind !== 'Namespace' || !isRecord(object.metadata)) return false;
      const name = asDnsLabel(object.metadata.name);
      if (name !== null) set(name, readLabels(object.metadata.labels));
      return name !== null;
    },
    selects(selector, namespace) {
      const labels = known.get(namespace);
      const asked = requirements(selector);
      if (labels !== undefined) return matchesLabelExpressions(asked, labels);
      const byName = asked.filter(({ key }) => key === NAME_LABEL);
      if (!matchesLabelExpressions(byName, { [NAME_LABEL]: namespace })) return false;
      return byName.length === asked.length ? true : null;
    },
  };
}

function requirements({ matchLabels = {}, matchExpressions = [] }: LabelSelector) {
  const exact = Object.entries(matchLabels).map(
    ([key, value]) => ({ key, operator: 'In', values: [value] }) as const,
  );
  return [...exact, ...matchExpressions];
}
