import { isRecord } from '../../lifecycle/snapshot/json-field.ts';
import { readNamespaceLabels, selectedNamespaces } from '../../tenancy/objects/selected-namespaces.ts';
import type { NamespaceSelector } from './found-subscriptions.ts';

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
  selects(selector: NamespaceSelector, namespace: string): boolean | null;
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
      const read = isRecord(object) && object.kind === 'Namespace' ? readNamespaceLabels(object) : null;
      if (read !== null) set(read.name, read.labels);
      return read !== null;
    },
    selects(selector, namespace) {
      const labels = known.get(namespace);
      if (labels !== undefined) return isSelected(selector, namespace, labels);
      const byName = askedOfTheName(selector);
      if (!isSelected(byName, namespace, { [NAME_LABEL]: namespace })) return false;
      return requirementsOf(byName) === requirementsOf(selector) ? true : null;
    },
  };
}

function isSelected(namespaceSelector: NamespaceSelector, name: string, labels: Labels): boolean {
  return selectedNamespaces({ namespaceSelector }, [{ name, labels }])?.length !== 0;
}

/** The part of a selector that the name alone answers. */
function askedOfTheName({ matchLabels = {}, matchExpressions = [] }: NamespaceSelector): NamespaceSelector {
  const exact = Object.entries(matchLabels).filter(([key]) => key === NAME_LABEL);
  return {
    matchLabels: Object.fromEntries(exact),
    matchExpressions: matchExpressions.filter(({ key }) => key === NAME_LABEL),
  };
}

function requirementsOf({ matchLabels = {}, matchExpressions = [] }: NamespaceSelector): number {
  return Object.keys(matchLabels).length + matchExpressions.length;
}
