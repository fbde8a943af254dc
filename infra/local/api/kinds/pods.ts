import type { KubeObject } from '../../objects/kube-object.ts';
import type { Pod } from '../../objects/pod.ts';
import { readLog } from '../pods/read-log.ts';
import { type PodHandlerDeps, writePod } from '../pods/write-pod.ts';
import { EVERY_VERB, fieldOf, METADATA_FIELDS, type Resource } from '../resource/resource.ts';
import { podTable } from './pod-table.ts';

const PART_OF_A_POD = ['get', 'patch', 'update'];

const pod = (object: KubeObject) => object as Pod;

/** Pods. Selectable fields as in kubernetes/pkg/registry/core/pod/strategy.go, `ToSelectableFields`. */
export function podKind(deps: PodHandlerDeps): Resource {
  return {
    group: '',
    version: 'v1',
    plural: 'pods',
    singular: 'pod',
    shortNames: ['po'],
    kind: 'Pod',
    namespaced: true,
    verbs: EVERY_VERB,
    subresources: [
      { name: 'status', verbs: PART_OF_A_POD },
      {
        name: 'eviction',
        verbs: ['create'],
        serves: { group: 'policy', version: 'v1', kind: 'Eviction' },
      },
      { name: 'ephemeralcontainers', verbs: PART_OF_A_POD },
      { name: 'log', verbs: ['get'], read: (target, request) => readLog(deps, target, request) },
    ],
    emptyBody: { spec: { containers: null }, status: {} },
    fields: {
      ...METADATA_FIELDS,
      'spec.nodeName': (object) => pod(object).spec.nodeName,
      'spec.restartPolicy': (object) => pod(object).spec.restartPolicy,
      'spec.schedulerName': (object) => fieldOf(object, 'spec', 'schedulerName'),
      'spec.serviceAccountName': (object) => fieldOf(object, 'spec', 'serviceAccountName'),
      'status.phase': (object) => pod(object).status.phase,
      'status.podIP': (object) => fieldOf(object, 'status', 'podIP'),
    },
    watchCache: true,
    table: podTable,
    write: (target, request) => writePod(deps, target, request),
  };
}
