import { Counter, Gauge, type Registry } from 'prom-client';
import type { Readings } from './readings.ts';

/** How following the cluster goes. The sources count by themselves; their totals are taken over. */
export function createWatchMetrics(registry: Registry): (readings: Readings) => void {
  const registers = [registry];
  const restarts = new Counter({
    name: 'offhook_watch_restarts_total',
    help: 'Attempts to list or watch that ended, by why; "closed" is part of normal life',
    labelNames: ['resource', 'cause'] as const,
    registers,
  });
  const missed = new Counter({
    name: 'offhook_watch_missed_changes_total',
    help: 'Changes that only the comparison with a full list brought to light: a fault of the API server',
    labelNames: ['resource'] as const,
    registers,
  });
  const contact = new Gauge({
    name: 'offhook_watch_last_contact_timestamp_seconds',
    help: 'When the API server last sent anything (seconds since 1970)',
    labelNames: ['resource'] as const,
    registers,
  });
  const aside = new Counter({
    name: 'offhook_watch_set_aside_total',
    help: 'Times an object was left aside, alone, by why',
    labelNames: ['resource', 'reason'] as const,
    registers,
  });
  const asideNow = new Gauge({
    name: 'offhook_watch_pods_set_aside',
    help: 'Pods that are left aside now',
    registers,
  });
  const progress = new Gauge({
    name: 'offhook_watch_last_progress_timestamp_seconds',
    help: 'When the resourceVersion last moved or the API server said that nothing has happened (seconds since 1970)',
    labelNames: ['resource'] as const,
    registers,
  });
  const ready = new Gauge({
    name: 'offhook_ready',
    help: '1 when /readyz answers 200',
    registers,
  });

  const leading = new Gauge({
    name: 'offhook_leading',
    help: '1 while this replica delivers; of several with one Lease only the leader does',
    registers,
  });

  return (readings) => {
    ready.set(readings.ready ? 1 : 0);
    leading.set(readings.leading ? 1 : 0);
    restarts.reset();
    missed.reset();
    aside.reset();
    asideNow.set(readings.setAside.pods);
    for (const { resource, reason, count } of readings.setAside.totals)
      aside.inc({ resource, reason }, count);
    for (const { resource, status } of readings.sources) {
      for (const [cause, count] of Object.entries(status.restarts)) restarts.inc({ resource, cause }, count);
      missed.inc({ resource }, status.missed);
      if (status.lastProgressMs !== null) progress.set({ resource }, status.lastProgressMs / 1000);
      if (status.lastContactMs !== null) contact.set({ resource }, status.lastContactMs / 1000);
    }
  };
}
