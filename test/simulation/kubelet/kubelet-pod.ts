import type { ClusterStore } from '../api/cluster-store.ts';
import { mirrorKeyOf } from '../mirror-key.ts';
import type { Random } from '../random.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { kubeletEvent } from './kubelet-event.ts';
import { NODES, type NodeClocks } from './node-clocks.ts';
import { podObject, seconds } from './pod-status.ts';
import {
  type ContainerKind,
  type ContainerTruth,
  namespaceFor,
  newContainer,
  type PodTruth,
  type RunTruth,
} from './pod-truth.ts';

/**
 * One Pod on its node: containers start and end at once in truth, and the API hears of it when the kubelet's status
 * writer comes to it. What changed twice in between was never once written (kubernetes.md, A1).
 */
export interface KubeletPod {
  readonly truth: PodTruth;
  sleep(ms: number): Promise<void>;
  /** ADDED by its creator, then bound to a node, then taken by the kubelet. */
  create(): Promise<void>;
  start(container: string): RunTruth;
  /** A container that the runtime could not start. */
  failToStart(container: string): void;
  exit(container: string, code: number, reason?: string): void;
  /** The container waits for its restart; its last run is in lastState. */
  backOff(container: string): void;
  /** The runtime forgets the last run. */
  lose(container: string): void;
  /** The runtime remembers the last run, which ended with this code. */
  find(container: string, code: number): void;
  /** The runtime says for a moment that it does not know the container, and the kubelet makes up an end. */
  misjudge(container: string): void;
  /** What was misjudged is shown running again. */
  recover(container: string): void;
  /** The Pod is not being deleted any more, as after a restore of etcd. */
  withdrawDeletion(): void;
  container(name: string): ContainerTruth;
  addEphemeral(name: string): void;
  event(reason: string, container: string): void;
  /** Somebody deletes the Pod through the API. */
  requestDeletion(graceSeconds: number): void;
  /** Whether the object is still there. */
  exists(): boolean;
  /** Writes the status some time later; what changes until then is one write. */
  report(withinMs?: number): void;
  /** Writes the status now. */
  write(): void;
  /** The object is removed from the API. */
  remove(): void;
  /** A mirror Pod comes back under a new UID. */
  recreate(): Promise<void>;
  /** After the API was put back: the kubelet writes its state again, and what is long gone is collected. */
  reconcile(): void;
  /** Ends what still runs, in truth. */
  stopAll(code?: number): void;
  /** The node is lost: nothing is written any more. */
  silence(): void;
}

export type KubeletDeps = {
  readonly clock: VirtualClock;
  readonly nodeClocks: NodeClocks;
  readonly store: ClusterStore;
  readonly runs: Map<string, RunTruth>;
  readonly random: Random;
  readonly uid: string;
  /** Resolves when the API takes writes. */
  readonly writable: () => Promise<void>;
};

export type PodShape = {
  readonly name: string;
  readonly containers: readonly (readonly [string, ContainerKind])[];
  readonly mirror?: boolean;
  readonly shows?: PodTruth['shows'];
};

export function createKubeletPod(deps: KubeletDeps, shape: PodShape): KubeletPod {
  const { clock, store, runs, random, uid } = deps;
  const { mirror = false } = shape;
  const home = mirror ? random.pick(NODES) : null;
  // One manifest on several nodes: mirror Pods of one name in it have one hash.
  const hash = mirror ? `hash-of-${shape.name}` : null;
  const name = home === null ? shape.name : `${uid}-${home}`;
  const namespace = namespaceFor(shape.name);
  const truth: PodTruth = {
    key: hash === null ? uid : mirrorKeyOf({ namespace, name, hash }),
    hash,
    name,
    namespace,
    mirror,
    containers: shape.containers.map(([each, kind]) => newContainer(each, kind)),
    uid,
    node: home,
    startTimeMs: null,
    deletion: null,
    disruption: null,
    disruptionIsOver: false,
    shows: shape.shows ?? 'ids',
    phase: 'Pending',
  };
  const events = new Map<string, { readonly uid: string; readonly firstMs: number; count: number }>();
  let shadows = 0;
  let removed = false;
  let silent = false;
  let reporting = false;

  const container = (wanted: string): ContainerTruth => {
    const found = truth.containers.find((each) => each.name === wanted);
    if (found === undefined) throw new Error(`Pod ${name} has no container ${wanted}`);
    return found;
  };

  /** Of the Pod's node. */
  const nodeMs = () => deps.nodeClocks.nowMs(truth.node);
  const sleep = (ms: number) => clock.sleep(ms).then(deps.writable);
  const exists = () => store.get('pods', truth.uid) !== null;

  function write(): void {
    if (!silent && exists()) store.put('pods', podObject(truth));
  }

  function addRun(to: string, startedAtMs: number | null): RunTruth {
    const found = container(to);
    const { length: index } = found.runs;
    const id = `containerd://${truth.key}-${to}-${index}`;
    if (index > 0) found.restartCount += 1;
    const unnamed = `restart/${found.restartCount}/${seconds(startedAtMs) ?? ''}`;
    const run: RunTruth = {
      ...{ podKey: truth.key, container: to, id, instance: truth.shows === 'noIds' ? unnamed : id },
      ...{ index, bornMs: clock.elapsedMs(), startedAtMs, finishedAtMs: null, exitCode: null, reason: '' },
      ...{ misjudged: false, lost: false, found: false },
    };
    found.runs.push(run);
    found.says = 'running';
    runs.set(id, run);
    return run;
  }

  function end(run: RunTruth, code: number, reason: string, atMs = nodeMs()): void {
    run.finishedAtMs = atMs;
    run.exitCode = code;
    run.reason = reason;
  }

  return {
    truth,
    container,
    exists,
    write,
    sleep,
    async create() {
      await sleep(0);
      store.put('pods', podObject(truth));
      await sleep(random.between(0, 400));
      truth.node = home ?? random.pick(NODES);
      write();
      await sleep(random.between(0, 600));
      truth.startTimeMs = nodeMs();
      if (random.chance(0.8)) write();
    },
    start(name) {
      truth.phase = 'Running';
      return addRun(name, nodeMs());
    },
    failToStart(name) {
      end(addRun(name, null), 128, 'StartError');
      container(name).says = 'terminated';
    },
    exit(name, code, reason = code === 0 ? 'Completed' : 'Error') {
      const found = container(name);
      const run = found.runs.at(-1);
      if (run === undefined || run.finishedAtMs !== null) return;
      end(run, code, reason);
      found.says = 'terminated';
    },
    backOff(name) {
      container(name).says = 'backoff';
    },
    lose(name) {
      const run = container(name).runs.at(-1);
      if (run && run.finishedAtMs === null) {
        run.finishedAtMs = nodeMs();
        run.lost = true;
      }
      container(name).says = 'lost';
    },
    find(name, code) {
      const run = container(name).runs.at(-1);
      if (!run?.lost) return;
      end(run, code, 'Error', run.finishedAtMs ?? nodeMs());
      run.found = true;
      container(name).says = 'terminated';
    },
    misjudge(name) {
      const run = container(name).runs.at(-1);
      if (run === undefined || run.finishedAtMs !== null) return;
      run.misjudged = true;
      container(name).says = 'misjudged';
    },
    recover(name) {
      if (container(name).says === 'misjudged') container(name).says = 'running';
    },
    withdrawDeletion() {
      truth.deletion = null;
      write();
    },
    addEphemeral: (name) => void truth.containers.push(newContainer(name, 'ephemeral')),
    event(reason, about) {
      if (silent) return;
      const entry = events.get(reason + about) ?? {
        uid: `event-${truth.key}-${about}-${reason}`,
        firstMs: nodeMs(),
        count: 0,
      };
      entry.count += 1;
      events.set(reason + about, entry);
      const facts = { reason, about: container(about), entry, nowMs: nodeMs() };
      store.put('events', kubeletEvent(truth, facts));
    },
    requestDeletion(graceSeconds) {
      if (!exists()) return;
      truth.deletion ??= { atMs: clock.trueMs(), graceSeconds };
      // The API server writes what it has of the Pod, not what the kubelet knows by now.
      const stored = store.get('pods', truth.uid);
      const { metadata } = podObject(truth);
      if (stored) store.put('pods', { ...stored, metadata: { ...stored.metadata, ...metadata } });
    },
    report(withinMs = 1_500) {
      if (reporting) return;
      reporting = true;
      void sleep(random.between(0, withinMs)).then(() => {
        reporting = false;
        write();
      });
    },
    remove() {
      removed = true;
      store.remove('pods', truth.uid);
    },
    async recreate() {
      const { startTimeMs } = truth;
      shadows += 1;
      truth.uid = `${uid}-${shadows}`;
      truth.deletion = null;
      truth.startTimeMs = null;
      removed = false;
      store.put('pods', podObject(truth));
      await sleep(random.between(0, 500));
      truth.startTimeMs = startTimeMs;
      write();
    },
    reconcile() {
      const present = [...Array(shadows + 1).keys()]
        .map((shadow) => (shadow === 0 ? uid : `${uid}-${shadow}`))
        .filter((each) => store.get('pods', each) !== null);
      if (mirror && !removed) {
        truth.uid = present.at(-1) ?? truth.uid;
        if (present.length === 0) store.put('pods', podObject(truth));
      }
      for (const each of present) if (removed || each !== truth.uid) store.remove('pods', each);
      write();
    },
    stopAll(code = 143) {
      for (const each of truth.containers) {
        const run = each.runs.at(-1);
        if (run === undefined || run.finishedAtMs !== null) continue;
        end(run, code, code === 0 ? 'Completed' : 'Error');
        each.says = 'terminated';
      }
    },
    silence() {
      silent = true;
    },
  };
}
