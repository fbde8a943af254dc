import { createHash } from 'node:crypto';
import type { StructuralSchema } from '../../schema/structural-schema.ts';
import { apiVersion, type Resource } from './resource.ts';

const ROOT = '/openapi/v3';

const ANY_OBJECT: StructuralSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** What writes can be told in their query. kubectl looks here before it leaves the checking of fields to the server. */
const WRITE_PARAMETERS = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
}));

/**
 * The OpenAPI v3 documents: for each group and version what its kinds are called, how they are read and patched, and of custom
 * objects their schema, which `kubectl explain` shows. Undefined for a path that is none of them.
 *
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export function openapiDocument(path: string, resources: readonly Resource[]): unknown {
  if (path === ROOT) {
    const roots = [...new Set(resources.map(rootOf))];
    const paths = roots.map((root) => [
      root,
      { serverRelativeURL: `${ROOT}/${root}?hash=${hashOf(root, resources)}` },
    ]);
    return { paths: Object.fromEntries(paths) };
  }
  const served = resources.filter((resource) => path === `${ROOT}/${rootOf(resource)}`);
  return served.length === 0 ? undefined : documentOf(served);
}

function rootOf(resource: Resource): string {
  return `${resource.group === '' ? 'api' : 'apis'}/${apiVersion(resource)}`;
}

/** Changes with the document: clients keep what they have under the same one. */
function hashOf(root: string, resources: readonly Resource[]): string {
  const served = resources.filter((resource) => rootOf(resource) === root);
  return createHash('sha256')
    .update(JSON.stringify(documentOf(served)))
    .digest('hex')
    .slice(0, 32);
}

function documentOf(served: readonly Resource[]): Record<string, unknown> {
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.0' },
    paths: Object.fromEntries(served.flatMap(pathsOf)),
    components: {
      schemas: Object.fromEntries(served.map((resource) => [schemaName(resource), schemaOf(resource)])),
    },
  };
}

function pathsOf(resource: Resource): readonly [string, unknown][] {
  const collection = `/${rootOf(resource)}/${resource.namespaced ? 'namespaces/{namespace}/' : ''}${resource.plural}`;
  const kind = { 'x-kubernetes-group-version-kind': identityOf(resource) };
  const content = {
    'application/json': { schema: { $ref: `#/components/schemas/${schemaName(resource)}` } },
  };
  const responses = { 200: { description: 'OK', content } };
  const operation = (action: string) => ({ responses, 'x-kubernetes-action': action, ...kind });
  return [
    [collection, { get: operation('list'), post: { ...operation('post'), parameters: WRITE_PARAMETERS } }],
    [
      `${collection}/{name}`,
      { get: operation('get'), patch: { ...operation('patch'), parameters: WRITE_PARAMETERS } },
    ],
  ];
}

function identityOf({ group, version, kind }: Resource) {
  return { group, version, kind };
}

function schemaName({ group, version, kind }: Resource): string {
  const reversed = group === '' ? ['io', 'k8s', 'api', 'core'] : group.split('.').toReversed();
  return [...reversed, version, kind].join('.');
}

function schemaOf(resource: Resource): Record<string, unknown> {
  const { properties, ...rest } =
    (resource.isCustom === true ? resource.rules?.owned : undefined) ?? ANY_OBJECT;
  const about = {
    apiVersion: {
      type: 'string',
      description: 'APIVersion defines the versioned schema of this representation of an object.',
    },
    kind: {
      type: 'string',
      description: 'Kind is a string value representing the REST resource this object represents.',
    },
    metadata: { type: 'object', description: "Standard object's metadata." },
  };
  return {
    ...rest,
    properties: { ...properties, ...about },
    'x-kubernetes-group-version-kind': [identityOf(resource)],
  };
}
