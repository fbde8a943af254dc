import { matchesLabelExpressions } from '../../../protocol/event/label-expression.ts';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import type { HookSpec } from './hook-spec.ts';

/** A namespace and its labels. */
export type NamespaceLabels = { readonly name: string; readonly labels: Readonly<Record<string, string>> };

/** Reads a core/v1 Namespace; null where it is none. */
export function readNamespaceLabels(object: unknown): NamespaceLabels | null {
  const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
  const name = text(metadata.name);
  const labels = isRecord(metadata.labels) ? metadata.labels : {};
  const texts = Object.entries(labels).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return name === null ? null : { name, labels: Object.fromEntries(texts) };
}

/**
 * Names of the namespaces that a selector selects, in order, so that the same ones are the same list.
 *
 * @returns null for the selector that selects all: also a namespace that was made a moment ago, and is not known yet.
 */
export function selectedNamespaces(
  { namespaceSelector }: Pick<HookSpec, 'namespaceSelector'>,
  all: Iterable<NamespaceLabels>,
): readonly string[] | null {
  if (namespaceSelector === undefined) return [];
  const { matchLabels = {}, matchExpressions = [] } = namespaceSelector;
  const exact = Object.entries(matchLabels);
  if (exact.length + matchExpressions.length === 0) return null;
  return [...all]
    .filter(
      ({ labels }) =>
        exact.every(([key, value]) => labels[key] === value) &&
        matchesLabelExpressions(matchExpressions, labels),
    )
    .map(({ name }) => name)
    .toSorted();
}
