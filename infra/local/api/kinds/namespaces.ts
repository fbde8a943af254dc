import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { Random } from '../../ambient/ids.ts';
import type { Store } from '../../store/store.ts';
import { json } from '../http/api-answer.ts';
import { endNamespace } from '../namespaces/end-namespace.ts';
import type { PodRegistry } from '../pods/pod-registry.ts';
import { EVERY_VERB, fieldOf, METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { plainTable } from '../resource/table.ts';
import { writeObject } from '../write/write-object.ts';
import { isDryRun } from '../write/write-options.ts';

type Deps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly pods: PodRegistry;
  readonly resources: () => readonly Resource[];
};

/** Namespaces; whoever deletes one deletes what is in it. */
export function namespaceKind(deps: Deps): Resource {
  const resource: Resource = {
    group: '',
    version: 'v1',
    plural: 'namespaces',
    singular: 'namespace',
    shortNames: ['ns'],
    kind: 'Namespace',
    namespaced: false,
    verbs: EVERY_VERB,
    subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'] }],
    emptyBody: { spec: {}, status: {} },
    newBody: { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
    fields: { ...METADATA_FIELDS, 'status.phase': (namespace) => fieldOf(namespace, 'status', 'phase') },
    watchCache: true,
    table: plainTable((namespace) => String(fieldOf(namespace, 'status', 'phase') ?? '')),
    rules: {
      complete(next) {
        const { name, labels } = next.metadata;
        return { ...next, metadata: { ...next.metadata, labels: { ...labels, [NAME_LABEL]: name } } };
      },
    },
    write(target, request) {
      const { name = '' } = target;
      const isEnding = request.method === 'DELETE' && name !== '' && target.subresource === undefined;
      return isEnding && !isDryRun(request.query)
        ? json(endNamespace(deps, name))
        : writeObject(deps, resource, { target, request });
    },
  };
  return resource;
}

const NAME_LABEL = 'kubernetes.io/metadata.name';
