import { temporaryDirectory } from '../../support/journal-directory.ts';
import { type OffhookProcess, startOffhook } from '../../support/offhook-process.ts';
import type { RenderedPod } from '../manifests/pods-of.ts';
import { layOutPod, type PodSurroundings } from './lay-out-pod.ts';

/** The kubelet's first back-off: a container that ended twice is started again after it. */
const BACK_OFF_MS = 10_000;

/** A Pod of a StatefulSet as a process of this machine, and what the kubelet knows of it. */
export interface ReplicaPod {
  readonly revision: string;
  /** The process of its container; another one after a restart. */
  process(): OffhookProcess;
  /** Asks the readiness probe, and starts a container again that ended by itself. */
  look(): Promise<void>;
  /** SIGTERM, and SIGKILL when the grace period is over. */
  terminate(): void;
  /** Whether the last probe said yes; never while it terminates. */
  ready(): boolean;
  terminating(): boolean;
  /** Terminated, and no more. */
  gone(): boolean;
  /** How the containers ended, in order. */
  readonly exitCodes: readonly (number | null)[];
}

/** Starts a Pod on a new file system of its own; only its claims may have something on them. */
export function startReplicaPod(
  given: Omit<PodSurroundings, 'root'> & {
    readonly pod: RenderedPod;
    readonly revision: string;
    readonly server: string;
  },
): ReplicaPod {
  const { pod, revision, server } = given;
  const { args, env } = layOutPod(pod, { ...given, root: temporaryDirectory() });
  const exitCodes: (number | null)[] = [];
  let terminating = false;
  let ready = false;
  let running = run();

  function run(): { readonly process: OffhookProcess; endedAtMs: number | null } {
    const process = startOffhook([...args, '--server', server], { env: { ...env, OFFHOOK_PORT: '0' } });
    const container = { process, endedAtMs: null as number | null };
    void process.ended().then(({ code }) => {
      container.endedAtMs = performance.now();
      exitCodes.push(code);
    });
    return container;
  }

  async function probe(): Promise<boolean> {
    const [, health] = /"health":"([^"]+)"/.exec(running.process.stderr()) ?? [];
    if (health === undefined || running.endedAtMs !== null) return false;
    const path = pod.spec.containers[0]?.readinessProbe?.httpGet.path ?? '';
    return fetch(new URL(path, health)).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  return {
    revision,
    process: () => running.process,
    async look() {
      const { endedAtMs } = running;
      if (endedAtMs !== null && !terminating) {
        const waitMs = exitCodes.length > 1 ? BACK_OFF_MS : 0;
        if (performance.now() - endedAtMs >= waitMs) running = run();
      }
      ready = await probe();
    },
    terminate() {
      terminating = true;
      const { process } = running;
      process.kill('SIGTERM');
      const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000;
      const kill = setTimeout(() => process.kill('SIGKILL'), graceMs);
      void process.ended().then(() => clearTimeout(kill));
    },
    ready: () => ready && !terminating,
    terminating: () => terminating,
    gone: () => terminating && running.endedAtMs !== null,
    exitCodes,
  };
}
