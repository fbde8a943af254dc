import { Counter, Histogram, type Registry } from 'prom-client';
import { createBoundedLabel } from '../../../../settings/metrics/bounded-label.ts';
import { type OnRun, RUN_OUTCOMES } from '../../../timeline/run-log.ts';

/** So many handlers have series of their own. */
const MOST_NAMED = 100;

/** 5 ms to the longest run there can be, ten minutes. */
const RUN_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];
/** 5 ms to a day: from at once to after the last of many attempts. */
const LAG_BUCKETS_SECONDS = [
  0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400,
];

interface HandlerMetrics {
  /** All series of these handlers are there from now on, so that a first increase is one. */
  show(handlers: readonly string[]): void;
  readonly onRun: OnRun;
}

/** What handlers do with events. */
export function createHandlerMetrics(registry: Registry): HandlerMetrics {
  const registers = [registry];
  const runs = new Counter({
    name: 'offhook_receiver_handler_runs_total',
    help: 'Runs of handlers, by how they ended; givenUp: there is no further attempt',
    labelNames: ['handler', 'outcome'] as const,
    registers,
  });
  const time = new Histogram({
    name: 'offhook_receiver_handler_run_seconds',
    help: 'How long runs took',
    labelNames: ['handler'] as const,
    buckets: RUN_BUCKETS_SECONDS,
    registers,
  });
  const lag = new Histogram({
    name: 'offhook_receiver_handler_lag_seconds',
    help: 'Time from taking an event to the end of the run that completed it, waits and earlier attempts included',
    labelNames: ['handler'] as const,
    buckets: LAG_BUCKETS_SECONDS,
    registers,
  });
  const label = createBoundedLabel(MOST_NAMED);

  return {
    show(handlers) {
      for (const handler of handlers.map(label)) {
        for (const outcome of RUN_OUTCOMES) runs.inc({ handler, outcome }, 0);
        time.zero({ handler });
        lag.zero({ handler });
      }
    },
    onRun({ handler: name, outcome, startedAtMs, finishedAtMs }, takenAtMs) {
      const handler = label(name);
      runs.inc({ handler, outcome });
      time.observe({ handler }, Math.max(0, finishedAtMs - startedAtMs) / 1_000);
      if (outcome !== 'completed' || takenAtMs === null) return;
      lag.observe({ handler }, Math.max(0, finishedAtMs - takenAtMs) / 1_000);
    },
  };
}
