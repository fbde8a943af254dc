import { equalJson, isObject, type JsonObject } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import { type FieldProblem, invalidValue } from '../../schema/field-problem.ts';
import { hasFormat } from '../../schema/string-formats.ts';
import { badRequest } from '../http/status-error.ts';
import { EVERY_VERB, fieldOf, METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { age, column } from '../resource/table.ts';

/** All values of one Secret, in bytes (`MaxSecretSize`). */
const MAX_SECRET_BYTES = 1024 * 1024;

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** Secrets: `data` in base64, `stringData` as it is, which is only written. */
export const secrets: Resource = {
  group: '',
  version: 'v1',
  plural: 'secrets',
  singular: 'secret',
  shortNames: [],
  kind: 'Secret',
  namespaced: true,
  verbs: ['create', 'delete', 'deletecollection', ...EVERY_VERB.slice(2)],
  subresources: [],
  emptyBody: {},
  fields: { ...METADATA_FIELDS, type: (secret) => secret.type },
  watchCache: true,
  table: {
    columns: [column('Name', 'name'), column('Type'), { ...column('Data'), type: 'string' }, column('Age')],
    cells: (secret, nowMs) => [
      secret.metadata.name,
      secret.type,
      Object.keys((secret.data ?? {}) as object).length,
      age(secret.metadata.creationTimestamp, nowMs),
    ],
  },
  rules: {
    owned: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    complete: completeSecret,
    problems: secretProblems,
  },
};

/** @throws ApiStatusError 400 for values that are no texts, or not in base64. */
function completeSecret(next: KubeObject): KubeObject {
  const { stringData, data, ...rest } = next;
  const plain = texts(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
  for (const [, text] of texts(data)) {
    if (!hasFormat(text, 'byte')) throw unreadable('illegal base64 data');
  }
  const all: JsonObject = { ...Object.fromEntries(texts(data)), ...Object.fromEntries(plain) };
  return {
    ...rest,
    type: rest.type ?? 'Opaque',
    ...(data === undefined && plain.length === 0 ? {} : { data: all }),
  };
}

function texts(values: unknown): readonly (readonly [string, string])[] {
  if (values === undefined || values === null) return [];
  if (!isObject(values)) throw unreadable('data must be an object');
  return Object.entries(values).map(([key, text]) => {
    if (typeof text === 'string') return [key, text];
    if (text === null) return [key, ''];
    throw unreadable('every value must be a string');
  });
}

function unreadable(why: string) {
  return badRequest(`Secret in version "v1" cannot be handled as a Secret: ${why}`);
}

function secretProblems(next: KubeObject, current: KubeObject | undefined): readonly FieldProblem[] {
  const data = Object.entries((next.data ?? {}) as Readonly<Record<string, string>>);
  const bytes = data.reduce((sum, [, text]) => sum + (text.length * 3) / 4, 0);
  const isFixed = current?.immutable === true;
  const detail = 'field is immutable when `immutable` is set';
  return [
    ...data
      .filter(([key]) => !KEY.test(key))
      .map(([key]) =>
        invalidValue(
          ['data'],
          key,
          `a valid config key must consist of alphanumeric characters, '-', '_' or '.'`,
        ),
      ),
    ...(bytes <= MAX_SECRET_BYTES
      ? []
      : [
          {
            path: ['data'],
            reason: 'FieldValueTooLong',
            shown: undefined,
            detail: `may not be more than ${MAX_SECRET_BYTES} bytes`,
          } as const,
        ]),
    ...(current !== undefined && current.type !== next.type
      ? [invalidValue(['type'], next.type, 'field is immutable')]
      : []),
    ...(isFixed && !equalJson(fieldOf(current, 'data'), next.data)
      ? [{ path: ['data'], reason: 'FieldValueForbidden', shown: undefined, detail } as const]
      : []),
  ];
}
