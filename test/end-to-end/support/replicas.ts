import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalCluster } from '../../../infra/local/cluster.ts';
import { eventId } from '../../../protocol/event/event-id.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { type OffhookProcess, startOffhook } from '../../support/offhook-process.ts';
import type { Receiver } from '../../support/receiver.ts';
import { healthOf, writeWatchConfig } from '../../support/watch-config.ts';

export const CLUSTER_UID = '11111111-2222-4333-8444-555555555555';
export const STANDBY = 'standby:\n  lease: { name: offhook }\n';

export type Delivered = { readonly id: string; readonly by: string; readonly hook: string };

/** One watcher of several: its process, and a journal of its own. `start` again goes on with the same journal. */
export function replica(
  name: string,
  setup: {
    readonly cluster: LocalCluster;
    readonly tap: Receiver;
    readonly directory: string;
    readonly extra?: string;
    readonly args?: readonly string[];
  },
): { start(): OffhookProcess; pending(): number } {
  const own = join(setup.directory, name);
  mkdirSync(own, { recursive: true });
  const receivers = { tap: `${setup.tap.url}&by=${name}` };
  const { file, env } = writeWatchConfig(own, {
    receivers,
    ...(setup.extra !== undefined && { extra: setup.extra }),
  });
  const args = ['watch', '--config', file, '--server', setup.cluster.url, ...(setup.args ?? [])];
  return {
    start: () => startOffhook(args, { env }),
    /** How many deliveries the journal of the ended process holds as pending. */
    pending() {
      const journal = openJournal({
        directory: join(own, 'journal'),
        allowVolatile: true,
        clock: systemClock,
      });
      try {
        return journal.queues().reduce((sum, { pending }) => sum + pending, 0);
      } finally {
        journal.close();
      }
    },
  };
}

/** What has arrived, in order, and which replica sent it. */
export function delivered({ requests }: Receiver): Delivered[] {
  return requests.map(({ path, headers, body }) => ({
    id: String(headers['webhook-id']),
    by: new URL(path, 'http://localhost').searchParams.get('by') ?? '',
    hook: JSON.parse(body.toString()).data.hook,
  }));
}

/** How often something arrived beyond the first time, by id. */
export function duplicates(all: readonly Delivered[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of all) counts.set(id, (counts.get(id) ?? -1) + 1);
  return new Map([...counts].filter(([, more]) => more > 0));
}

/** A Pod whose container runs until it is told to stop, and then stops at once. */
export function pod(name: string, node?: string) {
  const script = "trap 'exit 0' TERM; while true; do sleep 0.2; done";
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name },
    spec: {
      ...(node !== undefined && { nodeSelector: { 'kubernetes.io/hostname': node } }),
      containers: [{ name: 'app', image: 'busybox', command: ['/bin/sh', '-c', script] }],
    },
  };
}

/** Whether every one of the Pods has a running container. */
export function allRun(cluster: LocalCluster, names: readonly string[]): boolean {
  return names.every((name) => cluster.getPod('default', name).status.phase === 'Running');
}

/** The ids of the events of running Pods, by their identities: those of a start, or of a whole life. */
export function idsOf(
  cluster: LocalCluster,
  names: readonly string[],
  hooks: readonly string[] = ['preStart', 'postStart'],
): string[] {
  return names.flatMap((name) => {
    const { metadata, status } = cluster.getPod('default', name);
    const containerId = String(status.containerStatuses?.[0]?.containerID);
    return hooks.map((hook) => {
      const instance = hook === 'preStart' ? '' : containerId;
      const identity = { clusterUid: CLUSTER_UID, podUid: metadata.uid, container: 'app', hook, instance };
      return eventId(identity, (input) => createHash('sha256').update(input).digest());
    });
  });
}

/** Waits until a line of a running watcher's `/metrics` says this. */
export async function untilMetric(
  watcher: OffhookProcess,
  line: string,
  says: (value: number) => boolean,
  deadlineMs = 15_000,
): Promise<void> {
  const health = await healthOf(watcher);
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    const page = await (await fetch(`${health}/metrics`)).text();
    const found = page.split('\n').find((each) => each.startsWith(`${line} `));
    if (found !== undefined && says(Number(found.slice(line.length + 1)))) return;
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${line}; last: ${found}`);
  }
}
