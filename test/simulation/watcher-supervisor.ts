import { messageOf } from '../../settings/ambient/describe-error.ts';
import type { ResumePointChange } from '../../watcher/ingest/lifecycle-journal.ts';
import type { ApiServer } from './api/api-server.ts';
import type { ClusterStore } from './api/cluster-store.ts';
import { Crash, type CrashPoint } from './crash-points.ts';
import type { ResumePoint } from './history.ts';
import type { JournalFiles } from './journal-files.ts';
import type { Mutation } from './mutation.ts';
import type { Action } from './plan.ts';
import type { Random } from './random.ts';
import type { Receivers } from './receivers.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { startWatcherProcess, type WatcherProcess } from './watcher-process.ts';

export type CrashOrder = Omit<Extract<Action, { kind: 'crash' }>, 'atMs' | 'kind'>;

/** Keeps one watcher running, kills it where it is told to, and starts it again on what is left on the disk. */
export interface WatcherSupervisor {
  start(): void;
  arm(order: CrashOrder): void;
  stop(downMs: number): void;
  fillDisk(untilMs: number): void;
  /** No more faults. */
  heal(): void;
  /** Ends it for good. */
  end(): void;
  readonly commits: readonly ResumePoint[];
}

type Deps = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly store: ClusterStore;
  readonly api: ApiServer;
  readonly receivers: Receivers;
  readonly files: JournalFiles;
  readonly namespaces: readonly string[] | undefined;
  readonly hasQuota: boolean;
  readonly mutation: Mutation | null;
  readonly log: (message: string) => void;
};

type Life = { alive: boolean; process: WatcherProcess | null };

const RESTART_MS = 1_000;

export function createWatcherSupervisor(deps: Deps): WatcherSupervisor {
  const { clock, random, store, api, receivers, files, mutation, log } = deps;
  const commits: ResumePoint[] = [];
  let armed: { readonly order: CrashOrder; left: number }[] = [];
  let fullUntilMs = 0;
  let life: Life = { alive: false, process: null };
  let starts = 0;
  let ended = false;

  function start(): void {
    if (ended || life.alive) return;
    starts += 1;
    const born: Life = { alive: true, process: null };
    life = born;
    const isAlive = () => born.alive;
    const visit = (point: CrashPoint) => visited(born, point);
    const process = { isAlive, visit, isDiskFull, onCommitted };
    log(`watcher ${starts} starts`);
    try {
      born.process = startWatcherProcess({
        directory: files.current(),
        clock: clock.process(isAlive),
        random: random.fork(`process ${starts}`).next,
        cluster: api.connect({ isAlive, onRequest: () => visit('request') }),
        receivers,
        namespaces: deps.namespaces,
        hasQuota: deps.hasQuota,
        process,
        mutation,
        log,
      });
    } catch (error) {
      if (error instanceof Crash) return;
      log(`watcher ${starts} did not start: ${messageOf(error)}`);
      born.alive = false;
      clock.after(RESTART_MS, start);
    }
  }

  const isDiskFull = () => clock.elapsedMs() < fullUntilMs;

  function onCommitted(points: readonly ResumePointChange[]): void {
    for (const { stream, resourceVersion } of points) {
      if (resourceVersion === null) continue;
      const rv = Number(resourceVersion);
      // What was read before a restore can be stored after it.
      const epoch = rv > store.rv() ? store.epoch() - 1 : store.epoch();
      commits.push({ stream, rv, epoch, atMs: clock.elapsedMs() });
      log(`stored ${stream} up to ${resourceVersion}`);
    }
  }

  function visited(born: Life, point: CrashPoint): void {
    if (!born.alive) throw new Crash('dead');
    const due = armed.find(({ order }) => order.point === point);
    if (due === undefined) return;
    due.left -= 1;
    if (due.left >= 0) return;
    armed = armed.filter((other) => other !== due);
    die(born, due.order);
    throw new Crash(point);
  }

  function die(born: Life, { point, downMs, tornTail }: CrashOrder): void {
    log(`watcher dies (${point})`);
    born.alive = false;
    const torn = tornTail
      ? Uint8Array.from({ length: random.between(1, 5_000) }, () => random.between(0, 255))
      : null;
    files.crash(torn);
    api.dropStreams();
    // Later, because it may die inside a transaction, and a database cannot be closed in there.
    clock.after(0, () => born.process?.close());
    clock.after(Math.max(1, downMs), start);
  }

  return {
    commits,
    start,
    arm(order) {
      if (order.point !== 'anywhere') armed.push({ order, left: order.skip });
      else if (life.alive) die(life, order);
    },
    stop(downMs) {
      const stopping = life;
      if (!stopping.alive || stopping.process === null) return;
      log('watcher is asked to stop');
      void stopping.process.stop().then(() => {
        if (!stopping.alive) return;
        log('watcher stopped');
        stopping.alive = false;
        stopping.process?.close();
        clock.after(downMs, start);
      });
    },
    fillDisk(untilMs) {
      fullUntilMs = untilMs;
    },
    heal() {
      armed = [];
      fullUntilMs = 0;
    },
    end() {
      ended = true;
      life.alive = false;
      life.process?.close();
    },
  };
}
