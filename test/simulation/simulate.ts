import { streamOf } from '../../watcher/source/sink/stream-name.ts';
import { type ApiServer, createApiServer } from './api/api-server.ts';
import { type ClusterStore, createClusterStore } from './api/cluster-store.ts';
import { type Cluster, createCluster } from './cluster.ts';
import type { History, Restore } from './history.ts';
import { createJournalFiles } from './journal-files.ts';
import { reportJournal } from './journal-report.ts';
import type { Mutation } from './mutation.ts';
import { ACTIVE_MS, type Action, type Plan } from './plan.ts';
import { createRandom } from './random.ts';
import { createReceivers, type Receivers } from './receivers.ts';
import { isTenants } from './tenant/tenant-objects.ts';
import { validate } from './validators/validate.ts';
import type { Violation } from './validators/violation.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';
import { createWatcherSupervisor, type WatcherSupervisor } from './watcher-supervisor.ts';

export type SimulationResult = {
  readonly history: History;
  readonly violations: readonly Violation[];
  /** What happened, a line each with its time; empty unless asked for. */
  readonly trace: readonly string[];
};

export type SimulationOptions = { readonly mutation?: Mutation; readonly trace?: boolean };

/**
 * After the faults: Pods live to their end, comparisons with a full list come and go, and the longest deadline passes, that
 * of a watch of Events (ten minutes) which became half-open at the last moment.
 */
const QUIET_MS = 660_000;
/** What is pending then gets this much longer. */
const DRAIN_MS = 3_600_000;
const DRAIN_STEP_MS = 10_000;

type World = {
  readonly clock: VirtualClock;
  readonly store: ClusterStore;
  readonly api: ApiServer;
  readonly cluster: Cluster;
  readonly receivers: Receivers;
  readonly watcher: WatcherSupervisor;
  readonly state: { restore: Restore | null; jumpedMs: number };
  readonly namespaces: readonly string[] | null;
  readonly hasQuota: boolean;
};

/** Lets the world of a plan happen, with no real time in it, and holds what came of it against the promises. */
export async function simulate(plan: Plan, options: SimulationOptions = {}): Promise<SimulationResult> {
  const files = createJournalFiles();
  const trace: string[] = [];
  try {
    const world = createWorld(plan, options, (line) => void trace.push(line), files);
    const { clock, watcher, api, receivers } = world;
    for (const action of plan.actions) clock.after(action.atMs, () => act(action, world));
    watcher.start();
    await clock.run(ACTIVE_MS);
    api.heal();
    receivers.heal();
    watcher.heal();
    await clock.run(ACTIVE_MS + QUIET_MS + world.state.jumpedMs);
    for (let left = DRAIN_MS; left > 0 && reportJournal(files.current()).pending > 0; left -= DRAIN_STEP_MS) {
      await clock.run(clock.elapsedMs() + DRAIN_STEP_MS);
    }
    watcher.end();
    const history = recorded(world, files.current());
    return { history, violations: validate(history), trace };
  } finally {
    files.remove();
  }
}

function createWorld(
  plan: Plan,
  { mutation = null, trace = false }: { mutation?: Mutation | null; trace?: boolean },
  print: (line: string) => void,
  files: ReturnType<typeof createJournalFiles>,
): World {
  const random = createRandom(`world/${plan.seed}`);
  const clock = createVirtualClock();
  const log = (line: string) =>
    trace && print(`${(clock.elapsedMs() / 1000).toFixed(3).padStart(9)}  ${line}`);
  const store = createClusterStore(clock.elapsedMs);
  const api = createApiServer({ clock, random: random.fork('api'), store, server: plan.server });
  const receivers = createReceivers({ clock, random: random.fork('receivers') });
  const cluster = createCluster({ clock, store, random: random.fork('cluster') });
  const hasQuota = plan.hasQuota === true;
  const watcher = createWatcherSupervisor({
    ...{ clock, store, api, receivers, files, mutation, log, namespaces: plan.namespaces, hasQuota },
    random: random.fork('watcher'),
  });
  store.onChange(() => {
    const { rv, type, resource, object } = store.log.at(-1) ?? {};
    log(`api ${rv} ${type} ${resource} ${summary(object ?? {})}`);
  });
  const state = { restore: null, jumpedMs: 0 };
  const namespaces = plan.namespaces ?? null;
  return { clock, store, api, cluster, receivers, watcher, state, namespaces, hasQuota };
}

/** What a status says, in a line. */
function summary(object: object): string {
  const { metadata, status, reason, involvedObject } = object as Record<
    string,
    Record<string, unknown> | undefined
  >;
  if (involvedObject) return `${String(reason)} ${String(involvedObject.uid)}`;
  const states = Object.values(status ?? {})
    .filter(Array.isArray)
    .flat()
    .filter((each) => 'state' in each)
    .map((each) =>
      JSON.stringify([each.name, each.restartCount, each.containerID, each.state, each.lastState]),
    );
  const deleted = metadata?.deletionTimestamp ? ' deleting' : '';
  return `${String(metadata?.uid)}${deleted} ${states.join(' ')}`;
}

function act(action: Action, world: World): void {
  const { clock, store, api, cluster, receivers, watcher, state } = world;
  switch (action.kind) {
    case 'pod':
      cluster.live(action.life, action.name, `${action.name}-${action.atMs}`);
      break;
    case 'tenant':
      cluster.tenant(action.deed, `${action.deed.toLowerCase()}-${action.atMs}`);
      break;
    case 'crash':
      watcher.arm(action);
      break;
    case 'stop':
      watcher.stop(action.downMs);
      break;
    case 'stream':
      api.sufferStreams(action.fault);
      break;
    case 'refuse':
      api.refuseNext(action.how, action.count);
      break;
    case 'expire':
      api.expire(action.cut);
      break;
    case 'restore': {
      api.restore(action.back);
      state.restore = { rv: store.rv(), atMs: clock.elapsedMs() };
      cluster.hold();
      releaseWhenFollowed(world);
      break;
    }
    case 'staleLists':
      api.staleLists(action.durationMs);
      break;
    case 'receiver':
      receivers.failNext(action.subscription, action.how, action.count);
      break;
    case 'diskFull':
      watcher.fillDisk(clock.elapsedMs() + action.durationMs);
      break;
    case 'wallClock':
      state.jumpedMs += Math.abs(action.jumpMs);
      clock.jumpWall(action.jumpMs);
      break;
    case 'nodeClock':
      cluster.nodeClocks.set(action.node, action);
      break;
    default:
      action satisfies never;
  }
}

/**
 * Once the line has passed a resume point of before the restore, nobody can tell that it was put back. So nothing is
 * written until the watcher stands on the new line.
 */
function releaseWhenFollowed(world: World): void {
  const { api, cluster, clock, watcher, store } = world;
  const followed = world.namespaces ?? [null];
  const stands = (namespace: string | null) =>
    watcher.commits.some(
      ({ stream, epoch }) => stream === streamOf('pods', namespace) && epoch === store.epoch(),
    );
  if (followed.every((each) => api.isFollowed([each]) || stands(each))) cluster.release();
  else clock.after(200, () => releaseWhenFollowed(world));
}

function recorded(
  { clock, store, api, cluster, receivers, watcher, state, namespaces, hasQuota }: World,
  directory: string,
): History {
  return {
    ...state,
    ...reportJournal(directory),
    // What validators hold the watcher to; of the tenant's objects nobody is promised anything.
    log: store.log.filter(({ object }) => !isTenants(object)),
    podsAt: (rv, epoch) => store.list('pods', rv, epoch).filter(({ object }) => !isTenants(object)),
    pods: cluster.pods,
    runs: cluster.runs,
    lost: api.lost,
    refusals: api.refusals,
    commits: watcher.commits,
    arrivals: receivers.arrivals,
    gone: receivers.gone,
    endMs: clock.elapsedMs(),
    namespaces,
    hasQuota,
  };
}
