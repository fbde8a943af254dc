import { onTestFinished } from 'vitest';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { loadCluster } from '../../../watcher/source/cluster/cluster-access.ts';
import { createPodSource } from '../../../watcher/source/pod-source.ts';
import type { StreamDeadlines } from '../../../watcher/source/reflector/reflector-deps.ts';
import type { Source } from '../../../watcher/source/source.ts';
import { quietSetAside } from '../../support/set-aside.ts';
import { createRecordingSink, type RecordingSink } from '../../watcher/source/recording-sink.ts';

/** A source of Pods on the machine's own clock, with deadlines short enough to wait for. Stopped after the test. */
export async function followServer(
  server: string,
  { deadlines, resumePoint }: { deadlines: StreamDeadlines; resumePoint?: string },
): Promise<{ readonly source: Source; readonly sink: RecordingSink }> {
  const clock = systemClock;
  const cluster = await loadCluster({ server, clock });
  const sink = createRecordingSink(resumePoint === undefined ? {} : { pods: resumePoint });
  const log = { debug: () => {}, info: () => {}, warn: () => {} };
  const source = createPodSource({
    ...{ cluster, sink, clock, log, deadlines },
    random: Math.random,
    setAside: quietSetAside(),
    resyncIntervalMs: 600_000,
  });
  const running = source.start();
  onTestFinished(async () => {
    await source.stop();
    await running;
    await cluster.close();
  });
  return { source, sink };
}
