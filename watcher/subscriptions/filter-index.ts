import type { FilterSubject, SubscriptionFilter } from '../../protocol/event/subscription-filter.ts';

/**
 * Narrows an event down to the filters worth evaluating. Each filter is filed under the values of one dimension
 * (namespaces, a label that it asks for, the annotation, containers, exit codes, reasons, hooks): the one whose values
 * the fewest filters list. A subject that matches a filter has one of the values it is filed under. What a filter rules
 * out (`NotIn`, `DoesNotExist`) narrows nothing down.
 *
 * Memory is one number per listed value; a look-up costs the values of the subject, not the filters.
 */
export function createFilterIndex(filters: readonly SubscriptionFilter[]) {
  const byHook = createPostings();
  const byValue = createPostings();
  const listed = countValues(filters);
  const listedBy = (values: readonly ListedValue[]) =>
    values.reduce((sum, value) => sum + listed.count(value), 0);
  for (const [position, filter] of filters.entries()) {
    byHook.file(position, filter.hooks?.map((hook): ListedValue => ['hook', hook]) ?? [ANY]);
    const [first = [ANY], ...others] = dimensions(filter);
    const rarest = others.reduce(
      (best, values) => (listedBy(values) < listedBy(best) ? values : best),
      first,
    );
    byValue.file(position, rarest);
  }

  return {
    /** Positions of the filters that can match, in no order, each once. */
    candidates(subject: FilterSubject): number[] {
      const found: number[] = [];
      // Events about the bridge belong to no Pod: only their hook counts.
      const isOfBridge = subject.hook === 'gap' || subject.hook === 'disabled';
      const { collect, collectLabels } = isOfBridge ? byHook : byValue;
      collect(found, ...ANY);
      collect(found, 'hook', subject.hook);
      if (isOfBridge) return found;
      const { namespace, labels, annotations, container, exit } = subject;
      collect(found, 'namespace', namespace);
      collect(found, 'container', container.name);
      collectLabels(found, labels);
      for (const name of new Set(annotations?.subscribe)) collect(found, 'annotation', name);
      if (exit?.code != null) collect(found, 'exit', String(exit.code));
      if (exit?.reason != null) collect(found, 'reason', exit.reason);
      return found;
    },
  };
}

/** A value in one of the dimensions of a filter; a label also has its key, and `key` is one that only must be there. */
type ListedValue = readonly [dimension: Dimension, value: string, labelKey?: string];

type Dimension =
  | 'any'
  | 'hook'
  | 'namespace'
  | 'container'
  | 'annotation'
  | 'exit'
  | 'reason'
  | 'label'
  | 'key';

const ANY: readonly ['any', ''] = ['any', ''];

/** What a filter lists, a list of values for each dimension in which it does. */
function dimensions(filter: SubscriptionFilter): readonly (readonly ListedValue[])[] {
  const { namespaces, annotation, containers, exitCodes, reasons, hooks } = filter;
  const of = (dimension: Dimension, values: readonly (string | number)[] | undefined) =>
    values === undefined ? [] : [values.map((value): ListedValue => [dimension, String(value)])];
  return [
    ...of('namespace', namespaces),
    ...labelDimensions(filter),
    ...of('annotation', annotation === undefined ? undefined : [annotation]),
    ...of('container', containers),
    ...of('exit', exitCodes?.operator === 'In' ? exitCodes.values : undefined),
    ...of('reason', reasons),
    ...of('hook', hooks),
  ];
}

/** The labels that must be there. One of a selector is enough: the subject must carry all of them. */
function labelDimensions({ selector = {}, selectorExpressions = [] }: SubscriptionFilter): ListedValue[][] {
  const [label] = Object.entries(selector);
  const asked = selectorExpressions.flatMap(({ key, operator, values = [] }): ListedValue[][] => {
    if (operator === 'In') return [values.map((value) => ['label', value, key])];
    return operator === 'Exists' ? [[['key', key]]] : [];
  });
  return label === undefined ? asked : [[['label', label[1], label[0]]], ...asked];
}

function countValues(filters: readonly SubscriptionFilter[]) {
  const counts = createPostings();
  for (const [position, filter] of filters.entries())
    for (const values of dimensions(filter)) counts.file(position, values);
  return counts;
}

/** Looked up without putting keys together: that took half of the time of a look-up. */
function createPostings() {
  const byDimension = new Map<Dimension, Map<string, number[]>>();
  const byLabel = new Map<string, Map<string, number[]>>();

  function positionsOf([dimension, value, labelKey]: ListedValue): number[] {
    const values = labelKey === undefined ? entry(byDimension, dimension) : entry(byLabel, labelKey);
    const positions = values.get(value) ?? [];
    values.set(value, positions);
    return positions;
  }

  function collect(into: number[], dimension: Dimension, value: string): void {
    add(into, byDimension.get(dimension)?.get(value));
  }

  return {
    /** The position is given once for a value that is listed twice. */
    file(position: number, values: readonly ListedValue[]): void {
      for (const value of values) {
        const positions = positionsOf(value);
        if (positions.at(-1) !== position) positions.push(position);
      }
    },
    count: (value: ListedValue): number => positionsOf(value).length,
    collect,
    collectLabels(into: number[], labels: Readonly<Record<string, string>>): void {
      for (const key in labels) {
        collect(into, 'key', key);
        add(into, byLabel.get(key)?.get(labels[key] ?? ''));
      }
    },
  };
}

function add(into: number[], positions: readonly number[] = []): void {
  for (const position of positions) into.push(position);
}

function entry<Key>(maps: Map<Key, Map<string, number[]>>, key: Key): Map<string, number[]> {
  const map = maps.get(key) ?? new Map<string, number[]>();
  maps.set(key, map);
  return map;
}
