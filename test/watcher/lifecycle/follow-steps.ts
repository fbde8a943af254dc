import { join } from 'node:path';
import { expect } from 'vitest';
import { eventId } from '../../../protocol/event/event-id.ts';
import { identityOf, runInstance } from '../../../protocol/event/event-identity.ts';
import type { ContainerEvent, LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { digestNow } from '../../../settings/digest-now.ts';
import { createIngest, type Ingest } from '../../../watcher/ingest/ingest.ts';
import { type Journal, openJournal } from '../../../watcher/journal/open-journal.ts';
import { projectNotice } from '../../../watcher/lifecycle/snapshot/kubelet-notice.ts';
import type { PodSnapshot } from '../../../watcher/lifecycle/snapshot/pod-snapshot.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import type { ListReason } from '../../../watcher/source/sink/source-batch.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { eventObject, type PodOptions, podObject } from '../../support/pod-object.ts';
import { quietSetAside } from '../../support/set-aside.ts';

/** What the watcher is shown, in order; and what only time does. */
export type Step =
  | { readonly watch: PodOptions | Record<string, unknown> }
  | { readonly deleted: PodOptions }
  /** A complete list; a Pod that is not in it is gone. */
  | { readonly list: readonly PodOptions[]; readonly why?: ListReason }
  | { readonly event: Parameters<typeof eventObject>[0]; readonly listed?: boolean }
  | { readonly passMs: number }
  | { readonly restart: true };

/** When every journal of these tests begins: nothing that Kubernetes tells is of that day. */
export const NOW_MS = Date.UTC(2026, 5, 1);
const CLUSTER = { name: 'test', uid: 'cluster-uid' };

/**
 * Puts the steps through the real ingest and a journal file, and returns the events as they were stored. The id of each
 * is worked out anew from its bytes alone, as a receiver does.
 */
export function followed(steps: readonly Step[], { from = 'watch' }: { from?: 'watch' | 'nothing' } = {}) {
  const directory = join(volatileDirectory(), 'journal');
  const time = { nowMs: NOW_MS };
  const clock = { nowMs: () => time.nowMs, monotonicMs: () => time.nowMs, after: () => () => {} };
  const events: LifecycleEvent[] = [];
  let version = 1;
  const open = (): { journal: Journal; ingest: Ingest } => {
    const journal = openJournal({ directory, allowVolatile: true, clock });
    if (from === 'watch' && journal.resumePoint('pods') === null) {
      const resumePoints = (['pods', 'events'] as const).map((stream) => ({ stream, resourceVersion: '1' }));
      journal.commit({ pods: [], events: [], resumePoints });
    }
    const ingest = createIngest({
      journal,
      cluster: CLUSTER,
      clock,
      matching: () => [],
      onStored: (stored) =>
        void events.push(...stored.map(({ body }) => JSON.parse(new TextDecoder().decode(body)))),
      streams: ['pods', 'events'],
      follows: () => true,
      setAside: quietSetAside(),
      replayExisting: true,
    });
    return { journal, ingest };
  };
  let { journal, ingest } = open();
  for (const step of steps) {
    version += 1;
    time.nowMs += 1_000;
    if ('passMs' in step) time.nowMs += step.passMs;
    else if ('restart' in step) {
      ingest.settle();
      journal.close();
      ({ journal, ingest } = open());
    } else show(ingest, step, String(version));
    ingest.settle();
  }
  journal.close();
  for (const event of events) expect(eventId(identityOf(event), digestNow)).toBe(event.id);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  return events;
}

function show(
  ingest: Ingest,
  step: Exclude<Step, { passMs: number } | { restart: true }>,
  resourceVersion: string,
): void {
  if ('event' in step) {
    const notice = projectNotice(eventObject(step.event));
    if (!notice) throw new Error('not a notice');
    const listed = step.listed ?? false;
    ingest.accept({ stream: 'events', kind: 'notices', notices: [notice], listed, resourceVersion });
  } else if ('list' in step) {
    const { why = 'resync' } = step;
    const pods = step.list.map(podOf);
    ingest.accept({ stream: 'pods', kind: 'page', why, pods });
    ingest.accept({
      stream: 'pods',
      kind: 'listed',
      why,
      keys: new Set(pods.map(({ key }) => key)),
      resourceVersion,
    });
  } else {
    const change =
      'deleted' in step
        ? ({ kind: 'gone', pod: podOf(step.deleted) } as const)
        : ({ kind: 'seen', pod: podOf(step.watch) } as const);
    ingest.accept({ stream: 'pods', kind: 'changes', changes: [change], resourceVersion });
  }
}

function podOf(options: PodOptions | Record<string, unknown>): PodSnapshot {
  const snapshot = projectPod('metadata' in options ? options : podObject(options));
  if (!snapshot) throw new Error('not a Pod');
  return snapshot;
}

/** Each event in words: hook, run, observation, and what is its own. */
export function told(steps: readonly Step[], options?: Parameters<typeof followed>[1]): readonly string[] {
  return followed(steps, options).map(words);
}

function words(event: LifecycleEvent): string {
  const { data } = event;
  if (data.hook === 'gap' || data.hook === 'disabled') return data.hook;
  const { container, observation } = data;
  const skipped = container.skippedRuns > 0 ? [`skipped=${container.skippedRuns}`] : [];
  return [data.hook, runName(data), observation, ...own(event as ContainerEvent), ...skipped].join(' ');
}

function runName({ hook, container }: ContainerEvent['data']): string {
  if (hook === 'preStart' || hook === 'hookFailed') return '-';
  return runInstance(container).replace('containerd://', '').replace('2026-01-01T00:', '').replace(/Z$/, '');
}

function own(event: ContainerEvent): readonly (string | number)[] {
  const { data, type } = event;
  switch (data.hook) {
    case 'preStop':
      return [data.stop.trigger, ...(data.stop.reason === null ? [] : [data.stop.reason])];
    case 'postStop':
      return [
        data.exit.code ?? 'unknown',
        ...(data.exit.reason === null ? [] : [data.exit.reason]),
        ...(type.endsWith('.amended') ? ['amended'] : []),
      ];
    default:
      return [];
  }
}
