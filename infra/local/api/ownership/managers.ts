import { isObject, type Json } from '../../objects/json-value.ts';
import { type FieldSet, fromFieldsV1, isEmptySet, toFieldsV1 } from './field-set.ts';

/** Who wrote: the same name by another way of writing, or to another part, is another manager. */
export type ManagerIdentity = {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string | undefined;
};

/** Somebody, with the fields that are theirs. `time` is RFC 3339. */
export type Manager = ManagerIdentity & { readonly time: string; readonly fields: FieldSet };

/** Reads `metadata.managedFields`; what is not of its form is left out. */
export function readManagers(managedFields: Json): readonly Manager[] {
  if (!Array.isArray(managedFields)) return [];
  return managedFields.filter(isObject).map((entry) => ({
    manager: String(entry.manager ?? ''),
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: String(entry.apiVersion ?? ''),
    subresource: typeof entry.subresource === 'string' ? entry.subresource : undefined,
    time: String(entry.time ?? ''),
    fields: fromFieldsV1(entry.fieldsV1),
  }));
}

/** As the API server writes and sorts them: who applies first, then by time and name; who owns nothing is left out. */
export function writeManagers(managers: readonly Manager[]): readonly Record<string, unknown>[] | undefined {
  const written = managers
    .filter(({ fields }) => !isEmptySet(fields))
    .toSorted((a, b) => compareTexts(sortKey(a), sortKey(b)))
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      ...(subresource === undefined ? {} : { subresource }),
    }));
  return written.length === 0 ? undefined : written;
}

/** Of an applier the version does not matter. */
export function isSameManager(left: ManagerIdentity, right: ManagerIdentity): boolean {
  return (
    left.manager === right.manager &&
    left.operation === right.operation &&
    left.subresource === right.subresource &&
    (left.operation === 'Apply' || left.apiVersion === right.apiVersion)
  );
}

/** As conflicts name them. */
export function managerText({ manager, operation, apiVersion, subresource }: ManagerIdentity): string {
  const part = subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${part}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

function sortKey({ operation, time, manager, apiVersion, subresource = '' }: Manager): readonly string[] {
  return [operation, time, manager, apiVersion, subresource];
}

function compareTexts(left: readonly string[], right: readonly string[]): number {
  const at = left.findIndex((text, index) => text !== right[index]);
  return at < 0 ? 0 : (left[at] ?? '') < (right[at] ?? '') ? -1 : 1;
}
