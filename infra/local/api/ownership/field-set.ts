import { isObject, type Json } from '../../objects/json-value.ts';

/**
 * A set of fields, as a tree: each key is a step as FieldsV1 writes it (`f:spec`, `k:{"type":"Ready"}`, `v:"a"`). `member`
 * says that the field itself is in the set, and not only some below it.
 */
export type FieldSet = { member: boolean; readonly children: Map<string, FieldSet> };

export function emptyFieldSet(): FieldSet {
  return { member: false, children: new Map() };
}

/** The set below a step, made when there is none. */
export function below(set: FieldSet, key: string): FieldSet {
  let found = set.children.get(key);
  if (found === undefined) {
    found = emptyFieldSet();
    set.children.set(key, found);
  }
  return found;
}

/** What is in either. */
export function union(...sets: readonly FieldSet[]): FieldSet {
  const result = emptyFieldSet();
  for (const { member, children } of sets) {
    result.member ||= member;
    for (const [key, child] of children) {
      const known = result.children.get(key);
      result.children.set(key, known === undefined ? child : union(known, child));
    }
  }
  return result;
}

/** What is in the first and not in the second. */
export function difference(set: FieldSet, other: FieldSet): FieldSet {
  return filtered(set, other, (isInOther) => !isInOther);
}

/** What is in both. */
export function intersection(set: FieldSet, other: FieldSet): FieldSet {
  return filtered(set, other, (isInOther) => isInOther);
}

function filtered(set: FieldSet, other: FieldSet, keeps: (isInOther: boolean) => boolean): FieldSet {
  const result: FieldSet = { member: set.member && keeps(other.member), children: new Map() };
  for (const [key, child] of set.children) {
    const kept = filtered(child, other.children.get(key) ?? emptyFieldSet(), keeps);
    if (!isEmptySet(kept)) result.children.set(key, kept);
  }
  return result;
}

export function isEmptySet({ member, children }: FieldSet): boolean {
  return !member && children.size === 0;
}

export function sameSet(left: FieldSet, right: FieldSet): boolean {
  return isEmptySet(difference(left, right)) && isEmptySet(difference(right, left));
}

/** Every member, as the steps that lead to it, sorted; those above before those below. */
export function memberPaths(set: FieldSet, path: readonly string[] = []): readonly (readonly string[])[] {
  const own = set.member ? [path] : [];
  const keys = [...set.children.keys()].sort();
  return [...own, ...keys.flatMap((key) => memberPaths(below(set, key), [...path, key]))];
}

/**
 * As `metadata.managedFields` carries it.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers
 */
export function toFieldsV1({ member, children }: FieldSet): Record<string, unknown> {
  const own: Record<string, unknown> = member && children.size > 0 ? { '.': {} } : {};
  const keys = [...children.keys()].sort();
  return {
    ...own,
    ...Object.fromEntries(keys.map((key) => [key, toFieldsV1(below({ member, children }, key))])),
  };
}

/** Reads {@link toFieldsV1}; what is not of its form is left out. */
export function fromFieldsV1(fields: Json, isRoot = true): FieldSet {
  const entries = isObject(fields) ? Object.entries(fields) : [];
  const result = emptyFieldSet();
  result.member = !isRoot && (entries.length === 0 || entries.some(([key]) => key === '.'));
  for (const [key, inner] of entries) {
    if (key !== '.') result.children.set(key, fromFieldsV1(inner, false));
  }
  return result;
}
