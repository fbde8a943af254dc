import { timestamp } from '../../ambient/timestamp.ts';
import { isObject, type JsonObject } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import { specOf } from './definition.ts';

type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
};

/**
 * A definition with the status that the controllers of the API server give it: whether its names are free, and whether its
 * objects are served.
 *
 * @param others the definitions that were there before.
 */
export function withDefinitionStatus(
  definition: KubeObject,
  { others, nowMs }: { readonly others: readonly KubeObject[]; readonly nowMs: number },
): KubeObject {
  const { names, versions } = specOf(definition);
  const taken = takenName(definition, others);
  const before = isObject(definition.status) ? definition.status : {};
  const conditions: Condition[] = [
    taken === undefined
      ? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
      : { type: 'NamesAccepted', status: 'False', reason: taken.reason, message: taken.message },
    taken === undefined
      ? {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        }
      : {
          type: 'Established',
          status: 'False',
          reason: 'NotAccepted',
          message: 'not all names are accepted',
        },
  ];
  const status = {
    conditions: conditions.map((condition) => sinceWhen(condition, before.conditions, nowMs)),
    acceptedNames: taken === undefined ? names : { plural: '', kind: '' },
    storedVersions: versions.filter(({ storage }) => storage).map(({ name }) => name),
  };
  return { ...definition, status };
}

/** The status that a definition is stored with first. */
export function unestablishedStatus(definition: KubeObject): JsonObject {
  const { versions } = definition.spec as { versions?: readonly { storage?: unknown; name?: unknown }[] };
  const stored = Array.isArray(versions) ? versions.filter(({ storage }) => storage === true) : [];
  const storedVersions = stored.map(({ name }) => name);
  return { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions };
}

export function isEstablished({ status }: KubeObject): boolean {
  const { conditions } = isObject(status) ? status : {};
  return (
    Array.isArray(conditions) &&
    conditions.some(({ type, status: is }) => type === 'Established' && is === 'True')
  );
}

function takenName(
  definition: KubeObject,
  others: readonly KubeObject[],
): { readonly reason: string; readonly message: string } | undefined {
  const { group, names } = specOf(definition);
  const accepted = others
    .filter((other) => specOf(other).group === group && other.metadata.name !== definition.metadata.name)
    .filter(isEstablished)
    .map((other) => specOf(other).names);
  const kinds = accepted.flatMap(({ kind, listKind }) => [kind, listKind]);
  const resources = accepted.flatMap(({ plural, singular, shortNames = [] }) => [
    plural,
    singular,
    ...shortNames,
  ]);
  const clash = (reason: string, text: string) => ({
    reason,
    message: `${JSON.stringify(text)} is already in use`,
  });
  if (kinds.includes(names.kind)) return clash('KindConflict', names.kind);
  if (kinds.includes(names.listKind)) return clash('ListKindConflict', names.listKind);
  if (resources.includes(names.plural)) return clash('PluralConflict', names.plural);
  if (resources.includes(names.singular)) return clash('SingularConflict', names.singular);
  const short = (names.shortNames ?? []).find((each) => resources.includes(each));
  return short === undefined ? undefined : clash('ShortNamesConflict', short);
}

function sinceWhen(
  condition: Condition,
  before: unknown,
  nowMs: number,
): Condition & { lastTransitionTime: string } {
  const known = Array.isArray(before) ? before.find(({ type }) => type === condition.type) : undefined;
  const since = known?.status === condition.status ? String(known.lastTransitionTime) : timestamp(nowMs);
  return { ...condition, lastTransitionTime: since };
}
