import type { KubeObject } from '../../objects/kube-object.ts';
import { type CelEngine, loadCelEngine } from '../../schema/cel/cel-engine.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';
import type { ApiAnswer } from '../http/api-answer.ts';
import type { ApiRequest, RequestTarget } from '../http/request.ts';
import { EVERY_VERB, METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { column } from '../resource/table.ts';
import { removeOrMark } from '../write/delete-object.ts';
import { type WriteDeps, writeObject } from '../write/write-object.ts';
import { checkDefinition } from './check-definition.ts';
import { customKind } from './custom-kind.ts';
import { completeDefinition, specOf } from './definition.ts';
import { isEstablished, unestablishedStatus, withDefinitionStatus } from './definition-status.ts';

const SHELF = 'customresourcedefinitions.apiextensions.k8s.io';

/** A definition that says this has rules, and the engine for them must be there before it is read. */
const RULES = 'x-kubernetes-validations';

/** What of a definition is owned field by field: lists are as wholes. */
const OWNED: StructuralSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/**
 * The kind of CustomResourceDefinitions, and the kinds that they make: these come as soon as a definition is accepted, and go
 * with it, and all objects of theirs.
 */
export function createDefinitions(deps: WriteDeps): {
  readonly resource: Resource;
  /** What the definitions that are there now serve. */
  kinds(): readonly Resource[];
} {
  const { store, clock } = deps;
  const kinds = new Map<string, Resource>();
  let engine: CelEngine | undefined;

  const resource: Resource = {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    plural: 'customresourcedefinitions',
    singular: 'customresourcedefinition',
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    kind: 'CustomResourceDefinition',
    namespaced: false,
    verbs: ['create', 'delete', 'deletecollection', ...EVERY_VERB.slice(2)],
    subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'] }],
    emptyBody: {
      spec: { group: '', names: { plural: '', kind: '' }, scope: '', versions: null },
      status: { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: null },
    },
    fields: METADATA_FIELDS,
    watchCache: true,
    table: {
      columns: [column('Name', 'name'), { ...column('Created At'), type: 'date' }],
      cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp],
    },
    shelf: SHELF,
    rules: {
      owned: OWNED,
      countsGenerations: true,
      complete: (next, current) => {
        const complete = completeDefinition(next);
        return current === undefined ? { ...complete, status: unestablishedStatus(complete) } : complete;
      },
      problems: (next, current) => checkDefinition(next, current, engine),
    },
    write,
  };

  async function write(target: RequestTarget, request: ApiRequest): Promise<ApiAnswer> {
    if (engine === undefined && request.body.includes(RULES)) engine = await loadCelEngine();
    const before = store.list(SHELF);
    const answer = writeObject(deps, resource, { target, request });
    for (const definition of before) {
      if (store.get(SHELF, definition.metadata.name) === undefined) forget(definition);
    }
    for (const definition of store.list(SHELF)) {
      if (!before.includes(definition)) define(definition);
    }
    return answer;
  }

  /** What the controllers do after each write of a definition. */
  function define(definition: KubeObject): void {
    const others = store.list(SHELF);
    const settled = withDefinitionStatus(definition, { others, nowMs: clock.nowMs() });
    const isSettled = JSON.stringify(settled.status) === JSON.stringify(definition.status);
    const stored = isSettled ? definition : store.put(SHELF, settled);
    const kind = isEstablished(stored) ? customKind(specOf(stored), engine) : undefined;
    if (kind === undefined) kinds.delete(definition.metadata.name);
    else kinds.set(definition.metadata.name, kind);
  }

  function forget(definition: KubeObject): void {
    const { name } = definition.metadata;
    kinds.delete(name);
    for (const object of store.list(name)) {
      const { finalizers: _, ...metadata } = object.metadata;
      removeOrMark({ store, nowMs: clock.nowMs() }, { plural: name, shelf: name }, { ...object, metadata });
    }
  }

  return { resource, kinds: () => [...kinds.values()] };
}
