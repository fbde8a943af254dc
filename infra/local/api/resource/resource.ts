import type { KubeObject } from '../../objects/kube-object.ts';
import type { ApiAnswer } from '../http/api-answer.ts';
import type { ApiRequest, RequestTarget } from '../http/request.ts';
import type { ObjectRules } from './object-rules.ts';
import type { TableFormat } from './table.ts';

/** Answers a request that has been let in. @throws ApiStatusError for one that is refused. */
type Handle = (target: RequestTarget, request: ApiRequest) => ApiAnswer;

/** As {@link Handle}, and may have something to load first. */
type HandleWrite = (target: RequestTarget, request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

/**
 * One kind of object the API serves, as data: its names, the fields it can be selected by, how it prints as a table.
 *
 * @property emptyBody how an empty object of this kind is written besides its metadata: the body of a bookmark.
 * @property newBody what a new object has where the client says nothing; `emptyBody` when it is left out.
 * @property watchCache whether the server keeps a watch cache of this kind; without one, watches have no bookmarks.
 * @property write POST, PUT, PATCH and DELETE, for a kind that is written in its own way.
 * @property rules what holds for objects of this kind when they are written in the common way.
 * @property shelf where the store keeps them; under their plural name when it is left out.
 * @property isCustom whether a definition made it: lists of custom objects are written otherwise.
 */
export type Resource = {
  group: string;
  version: string;
  plural: string;
  singular: string;
  shortNames: string[];
  kind: string;
  namespaced: boolean;
  verbs: string[];
  subresources: Subresource[];
  emptyBody: Record<string, unknown>;
  newBody?: Record<string, unknown>;
  fields: Record<string, (object: KubeObject) => unknown>;
  watchCache: boolean;
  table: TableFormat;
  write?: HandleWrite;
  rules?: ObjectRules;
  shelf?: string;
  categories?: string[];
  isCustom?: boolean;
};

/**
 * A part of an object with a path of its own.
 *
 * @property serves the kind it takes where that is another one.
 * @property read GET; of `status` the whole object is read when it is left out.
 */
export type Subresource = {
  name: string;
  verbs: string[];
  serves?: { group: string; version: string; kind: string };
  read?: Handle;
};

export const EVERY_VERB = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** The name under which the store keeps objects of a kind. */
export function shelfOf({ shelf, plural }: Pick<Resource, 'shelf' | 'plural'>): string {
  return shelf ?? plural;
}

/** Fields that every kind can be selected by. */
export const METADATA_FIELDS: Resource['fields'] = {
  'metadata.name': ({ metadata }) => metadata.name,
  'metadata.namespace': ({ metadata }) => metadata.namespace,
};

/** `v1` or `group/version`. */
export function apiVersion({ group, version }: Pick<Resource, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/** A nested field of an untyped object; undefined where there is none. */
export function fieldOf(object: KubeObject, ...path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), object);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
