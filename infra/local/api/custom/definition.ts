import { isObject, type JsonObject } from '../../objects/json-value.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';

type DefinedNames = {
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly listKind: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
};

export type PrinterColumn = {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
};

export type DefinedVersion = {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
  readonly subresources?: { readonly status?: JsonObject; readonly scale?: JsonObject };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
  readonly selectableFields?: readonly { readonly jsonPath: string }[];
};

/** What a CustomResourceDefinition says, once it has been accepted. */
export type DefinitionSpec = {
  readonly group: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly names: DefinedNames;
  readonly versions: readonly DefinedVersion[];
};

/** The spec of an accepted CustomResourceDefinition. */
export function specOf(definition: KubeObject): DefinitionSpec {
  return definition.spec as DefinitionSpec;
}

/** The version whose objects are served; undefined when the definition serves none. */
export function servedVersion({ versions }: DefinitionSpec): DefinedVersion | undefined {
  return versions.find(({ served, storage }) => served && storage);
}

/** A definition with what the API server fills in: names, and how versions are converted. */
export function completeDefinition(next: KubeObject): KubeObject {
  const spec = isObject(next.spec) ? next.spec : {};
  const names = isObject(spec.names) ? spec.names : {};
  const kind = typeof names.kind === 'string' ? names.kind : '';
  return {
    ...next,
    spec: {
      ...spec,
      conversion: spec.conversion ?? { strategy: 'None' },
      names: {
        ...names,
        ...(kind === ''
          ? {}
          : { singular: names.singular ?? kind.toLowerCase(), listKind: names.listKind ?? `${kind}List` }),
      },
    },
  };
}
