import type { ClusterStore } from './api/cluster-store.ts';
import { createKubeletPod, type KubeletPod, type PodShape } from './kubelet/kubelet-pod.ts';
import { type LifeName, lifeOf } from './kubelet/lives.ts';
import { createNodeClocks, type NodeClocks } from './kubelet/node-clocks.ts';
import type { PodTruth, RunTruth } from './kubelet/pod-truth.ts';
import type { Random } from './random.ts';
import { doDeed, type TenantDeed } from './tenant/tenant.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The nodes and everybody who creates and deletes Pods. */
export interface Cluster {
  /** A Pod comes to be and lives its life. */
  live(life: LifeName, name: string, key: string): void;
  /** A tenant does something. */
  tenant(deed: TenantDeed, key: string): void;
  /** The API takes no writes until {@link Cluster.release}, after which everybody writes its state again. */
  hold(): void;
  release(): void;
  isHeld(): boolean;
  readonly nodeClocks: NodeClocks;
  readonly pods: readonly PodTruth[];
  readonly runs: ReadonlyMap<string, RunTruth>;
}

type Deps = { readonly clock: VirtualClock; readonly store: ClusterStore; readonly random: Random };

export function createCluster({ clock, store, random }: Deps): Cluster {
  const runs = new Map<string, RunTruth>();
  const actors: KubeletPod[] = [];
  const nodeClocks = createNodeClocks(clock);
  let held: PromiseWithResolvers<void> | null = null;

  const writable = () => held?.promise ?? Promise.resolve();

  function create(shape: PodShape, key: string): KubeletPod {
    const deps = { clock, nodeClocks, store, runs, writable, uid: key, random: random.fork(key) };
    const pod = createKubeletPod(deps, shape);
    actors.push(pod);
    return pod;
  }

  return {
    runs,
    nodeClocks,
    get pods() {
      return actors.map(({ truth }) => truth);
    },
    live(life, name, key) {
      const { shape, live } = lifeOf(life);
      let others = 0;
      const again = (other: PodShape) => {
        others += 1;
        return create(other, `${key}-again${others}`);
      };
      void live(create({ ...shape, name }, key), random.fork(`${key}/life`), again);
    },
    tenant(deed, key) {
      const pods = () => actors.map(({ truth }) => truth);
      void doDeed(deed, key, { clock, store, writable, pods, random: random.fork(`tenant/${key}`) });
    },
    hold() {
      held ??= Promise.withResolvers();
    },
    isHeld: () => held !== null,
    release() {
      const waiting = held;
      held = null;
      for (const pod of actors) pod.reconcile();
      waiting?.resolve();
    },
  };
}
