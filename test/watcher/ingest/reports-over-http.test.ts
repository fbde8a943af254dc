import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { createIngest } from '../../../watcher/ingest/ingest.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { MIRROR_GRACE_MS } from '../../../watcher/lifecycle/mirror-absence.ts';
import { loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { createEventSource } from '../../../watcher/source/event-source.ts';
import { createPodSource } from '../../../watcher/source/pod-source.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { reportedHook, triggers } from '../../support/reported-hook.ts';
import { page, type ScriptedApi, startScriptedApi } from '../../support/scripted-api.ts';
import { quietSetAside } from '../../support/set-aside.ts';
import { type ExpectedHook, expectedHooks, traceLines, traceNames } from '../../support/traces.ts';
import { until } from '../../support/until.ts';

/* The streams after people's reports, by HTTP through both sources, the ingest and the journal of a watcher. */

describe('a stream after a public report, watched', () => {
  it.each(traceNames('reports'))('%s', async (name) => {
    const expected = expectedHooks(name, 'reports');
    const watcher = await startWatcher();
    for (const { stream, event } of traceLines(name, 'reports')) await watcher.tell(stream, event);
    const hooks = (await watcher.end()).map(asExpected);
    expect(hooks.map(reportedHook).toSorted()).toEqual(expected.map(reportedHook).toSorted());
    if (triggers(expected).every((trigger) => trigger !== undefined)) {
      expect(triggers(hooks)).toEqual(triggers(expected));
    }
  });
});

type Stream = 'pods' | 'events';

/** A watcher that stands at resourceVersion 1 of an API server that sends what it is told to. */
async function startWatcher() {
  const clock = createFakeClock();
  const api = await startScriptedApi({ list: Array.from({ length: 4 }, () => page('1', [])) });
  const cluster = await loadCluster({ server: api.url, clock });
  const directory = join(volatileDirectory(), 'journal');
  const journal = openJournal({ directory, allowVolatile: true, clock });
  const resumePoints = (['pods', 'events'] as const).map((stream) => ({ stream, resourceVersion: '1' }));
  journal.commit({ pods: [], events: [], resumePoints });
  const events: LifecycleEvent[] = [];
  const setAside = quietSetAside();
  const ingest = createIngest({
    ...{ journal, clock, setAside, matching: () => [], follows: () => true, replayExisting: false },
    streams: ['pods', 'events'],
    cluster: { name: 'reported', uid: 'cluster-uid' },
    onStored: (stored) =>
      void events.push(...stored.map(({ body }) => JSON.parse(new TextDecoder().decode(body)))),
  });
  const log = { debug: () => {}, info: () => {}, warn: () => {} };
  const deps = { cluster, sink: ingest, clock, random: () => 0.5, log, setAside };
  const sources = [createPodSource({ ...deps, resyncIntervalMs: 1_000_000_000 }), createEventSource(deps)];
  const running = sources.map((source) => source.start());
  onTestFinished(async () => {
    await Promise.all(sources.map((source) => source.stop()));
    await Promise.all(running);
    await cluster.close();
    await api.close();
    journal.close();
  });
  return {
    async tell(stream: Stream, event: { readonly object: Record<string, unknown> }): Promise<void> {
      (await watchOf(api, stream)).send(event);
      const { resourceVersion } = event.object.metadata as { resourceVersion: string };
      await until(`${stream} at ${resourceVersion}`, () => ingest.resumePoint(stream) === resourceVersion);
    },
    end: async () => await concluded(clock, () => ingest.settle(), events),
  };
}

async function watchOf(api: ScriptedApi, stream: Stream) {
  const find = () => api.streams.findLast(({ request }) => request.path.endsWith(`/${stream}`));
  await until(`a watch of ${stream}`, () => find() !== undefined);
  const found = find();
  if (found === undefined) throw new Error(`there is no watch of ${stream}`);
  return found;
}

/** What only time tells, too. */
async function concluded(clock: FakeClock, settle: () => void, events: readonly LifecycleEvent[]) {
  settle();
  await clock.advance(MIRROR_GRACE_MS);
  settle();
  return events;
}

function asExpected({ type, data }: LifecycleEvent): ExpectedHook {
  if (data.hook === 'gap' || data.hook === 'disabled') throw new Error(`nothing calls for ${data.hook}`);
  return {
    ...{ hook: data.hook, container: data.container.name, containerID: data.container.id },
    observation: data.observation,
    amended: type.endsWith('.amended'),
    ...(data.hook === 'preStop' && { trigger: data.stop.trigger }),
    ...(data.hook === 'postStop' && {
      exitCode: data.exit.code,
      ...(data.exit.reason !== null && { reason: data.exit.reason }),
    }),
  };
}
