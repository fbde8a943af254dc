import type {
  ContainerSubject,
  FilterSubject,
  SubscriptionFilter,
} from '../../protocol/event/subscription-filter.ts';

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
  const listedBy = (values: readonly string[]) =>
    values.reduce((sum, value) => sum + (listed.get(value) ?? 0), 0);
  for (const [position, filter] of filters.entries()) {
    byHook.file(position, filter.hooks ?? [ANY]);
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
      // Events about the bridge belong to no Pod: only their hook counts.
      if (subject.hook === 'gap' || subject.hook === 'disabled') return byHook.under([ANY, subject.hook]);
      return byValue.under(valuesOf(subject));
    },
  };
}

const ANY = 'any';

/** What a filter lists, a list of values for each dimension in which it does. */
function dimensions(filter: SubscriptionFilter): readonly (readonly string[])[] {
  const { namespaces, annotation, containers, exitCodes, reasons, hooks } = filter;
  return [
    ...(namespaces === undefined ? [] : [namespaces.map((namespace) => `namespace ${namespace}`)]),
    ...labelDimensions(filter),
    ...(annotation === undefined ? [] : [[`annotation ${annotation}`]]),
    ...(containers === undefined ? [] : [containers.map((container) => `container ${container}`)]),
    ...(exitCodes?.operator === 'In' ? [exitCodes.values.map((code) => `exit ${code}`)] : []),
    ...(reasons === undefined ? [] : [reasons.map((reason) => `reason ${reason}`)]),
    ...(hooks === undefined ? [] : [hooks.map((hook) => `hook ${hook}`)]),
  ];
}

/** The labels that must be there. One of a selector is enough: the subject must carry all of them. */
function labelDimensions({ selector = {}, selectorExpressions = [] }: SubscriptionFilter): string[][] {
  const [label] = Object.entries(selector);
  const asked = selectorExpressions.flatMap(({ key, operator, values = [] }) => {
    if (operator === 'In') return [values.map((value) => labelKey([key, value]))];
    return operator === 'Exists' ? [[`key ${key}`]] : [];
  });
  return label === undefined ? asked : [[labelKey(label)], ...asked];
}

/** Under which values a subject is looked up: each once, so that no filter comes twice. */
function valuesOf({ hook, namespace, labels, annotations, container, exit }: ContainerSubject): string[] {
  const values = [ANY, `hook ${hook}`, `namespace ${namespace}`, `container ${container.name}`];
  for (const label of Object.entries(labels)) values.push(labelKey(label), `key ${label[0]}`);
  for (const name of new Set(annotations?.subscribe)) values.push(`annotation ${name}`);
  if (exit?.code != null) values.push(`exit ${exit.code}`);
  if (exit?.reason != null) values.push(`reason ${exit.reason}`);
  return values;
}

function countValues(filters: readonly SubscriptionFilter[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of filters.flatMap(dimensions).flat()) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function labelKey([key, value]: readonly [string, string]): string {
  return `label ${key}=${value}`;
}

function createPostings() {
  const byKey = new Map<string, number[]>();
  return {
    file(position: number, keys: readonly string[]): void {
      for (const key of new Set(keys)) {
        const positions = byKey.get(key);
        if (positions === undefined) byKey.set(key, [position]);
        else positions.push(position);
      }
    },
    under: (keys: readonly string[]): number[] => keys.flatMap((key) => byKey.get(key) ?? []),
  };
}
