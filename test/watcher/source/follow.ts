import { onTestFinished } from 'vitest';
import { type ClusterAccess, loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { createEventSource } from '../../../watcher/source/event-source.ts';
import { createPodSource } from '../../../watcher/source/pod-source.ts';
import type { Source, SourceDeps } from '../../../watcher/source/source.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { eventObject, podObject } from '../../support/pod-object.ts';
import { type Script, type ScriptedApi, startScriptedApi } from '../../support/scripted-api.ts';
import { quietSetAside } from '../../support/set-aside.ts';
import { until } from '../../support/until.ts';
import { createRecordingSink, type RecordingSink } from './recording-sink.ts';

export type LogLine = { readonly level: string; readonly message: string };

export type Following = {
  readonly api: ScriptedApi;
  readonly clock: FakeClock;
  readonly sink: RecordingSink;
  readonly source: Source;
  /** Settles when the source has ended. */
  readonly running: Promise<void>;
  readonly cluster: ClusterAccess;
  readonly log: readonly LogLine[];
  /** Waits until the sink has been told all of this, in this order and nothing else. */
  toldExactly(...lines: readonly string[]): Promise<void>;
  /** Waits for a pause between attempts, and lets it pass. */
  passPause(): Promise<number>;
};

export type FollowOptions = {
  readonly resource?: 'pods' | 'events';
  readonly resumePoint?: string;
  /** By stream, where there are several. */
  readonly resumePoints?: Readonly<Record<string, string>>;
  readonly namespaces?: readonly string[];
  readonly node?: string;
  readonly refusals?: number;
  readonly resyncIntervalMs?: number;
  readonly sameCluster?: SourceDeps['sameCluster'];
};

/** A source following a scripted API server, with the time standing still; cleaned up when the test ends. */
export async function follow(script: Script, options: FollowOptions = {}): Promise<Following> {
  const { resource = 'pods', resumePoint, refusals = 0, resyncIntervalMs = 600_000 } = options;
  const api = await startScriptedApi(script);
  const clock = createFakeClock();
  const cluster = await loadCluster({ server: api.url, clock });
  const sink = createRecordingSink(
    resumePoint === undefined ? options.resumePoints : { [resource]: resumePoint },
  );
  sink.refuse(refusals);
  const log: LogLine[] = [];
  const write = (level: string) => (_: object, message: string) => void log.push({ level, message });
  const setAside = quietSetAside();
  const deps = {
    cluster,
    sink,
    clock,
    random: () => 0.5,
    log: { debug: write('debug'), info: write('info'), warn: write('warn') },
    namespaces: options.namespaces,
    setAside,
    sameCluster: options.sameCluster,
  };
  const source =
    resource === 'pods'
      ? createPodSource({ ...deps, node: options.node, resyncIntervalMs })
      : createEventSource(deps);
  const running = source.start();
  // Why it ended is for the test that wants to know.
  running.catch(() => {});
  onTestFinished(async () => {
    await source.stop();
    await cluster.close();
    await api.close();
  });

  return {
    api,
    clock,
    sink,
    source,
    running,
    cluster,
    log,
    async toldExactly(...lines) {
      const enough = () => sink.told().length >= lines.length;
      await until(`${lines.length} lines`, enough).catch((error: Error) => {
        throw new Error(`${error.message}; told so far:\n${sink.told().join('\n')}`);
      });
      const told = sink.told();
      if (told.join('\n') !== lines.join('\n')) {
        throw new Error(`expected:\n${lines.join('\n')}\n\ntold:\n${told.join('\n')}`);
      }
    },
    async passPause() {
      await until('a pause', () => source.status().state === 'waiting' && clock.pending().length > 0);
      const [ms = 0] = clock.pending();
      await clock.advance(ms);
      return ms;
    },
  };
}

/** A Pod whose UID is its name, at a resourceVersion. */
export function pod(uid: string, resourceVersion: number, more: Parameters<typeof podObject>[0] = {}) {
  return podObject({ uid, name: uid, resourceVersion, ...more });
}

export function added(uid: string, resourceVersion: number) {
  return { type: 'ADDED', object: pod(uid, resourceVersion) };
}

export function modified(uid: string, resourceVersion: number) {
  return { type: 'MODIFIED', object: pod(uid, resourceVersion) };
}

export function deleted(uid: string, resourceVersion: number) {
  return { type: 'DELETED', object: pod(uid, resourceVersion) };
}

/** With `end`, the bookmark that closes the initial events of a streaming list. */
export function bookmark(resourceVersion: number, end?: 'end') {
  const annotations = end === undefined ? {} : { annotations: { 'k8s.io/initial-events-end': 'true' } };
  return {
    type: 'BOOKMARK',
    object: { kind: 'Pod', metadata: { resourceVersion: String(resourceVersion), ...annotations } },
  };
}

/** A watch event about an Event; its UID follows from the resourceVersion. */
export function toldEvent(type: string, reason: string, resourceVersion: number, container = 'app') {
  const object = eventObject({ reason, container, uid: `event-${resourceVersion}`, lastSeconds: 1 });
  Object.assign(object.metadata as object, { resourceVersion: String(resourceVersion) });
  return { type, object };
}
