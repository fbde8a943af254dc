import { randomSuffix } from '../ambient/ids.ts';
import { createPod, findPod, newController, type Stage } from './stage.ts';

/** What a Deployment does about one Pod of its newest ReplicaSet. */
type Replica = {
  /** The name of the Pod, made where there is none, or one that ends. */
  ensure(): string;
  /** The same, for a moment when one node alone has room. */
  ensureOn(node: string): string;
};

const NAMESPACE = 'shop';

/**
 * A Deployment with one replica. A Pod that is being deleted, has failed or is gone does not count, so another one takes
 * its place at once.
 *
 * @see kubernetes/pkg/controller/controller_utils.go, `IsPodActive`
 */
export function createReplica(
  stage: Stage,
  { app, spec }: { readonly app: string; readonly spec: Readonly<Record<string, unknown>> },
): Replica {
  const hash = `${randomSuffix(stage.random)}${randomSuffix(stage.random)}`;
  const controller = newController(stage, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: `${app}-${hash}`,
  });
  const labels = { app, 'pod-template-hash': hash };
  let current: string | null = null;

  function isActive(name: string): boolean {
    const pod = findPod(stage, NAMESPACE, name);
    if (pod === null || pod.metadata.deletionTimestamp !== undefined) return false;
    return pod.status.phase !== 'Failed' && pod.status.phase !== 'Succeeded';
  }

  function ensure(placed: Readonly<Record<string, unknown>>): string {
    if (current === null || !isActive(current))
      current = createPod(stage, controller, { namespace: NAMESPACE, labels, spec: placed });
    return current;
  }

  return {
    ensure: () => ensure(spec),
    ensureOn: (node) => ensure({ ...spec, nodeName: node }),
  };
}
