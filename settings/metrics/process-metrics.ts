import { readdir } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { Counter, Gauge, type Registry } from 'prom-client';

/**
 * The usual figures of a process, under their usual names. prom-client's own collector is not used: it starts timers
 * and observers that cannot be stopped, and several watchers can live in one process (tests, `offhook dev`).
 */
export function createProcessMetrics(registry: Registry): () => Promise<void> {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const cpu = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time spent in seconds',
    registers,
  });
  const resident = gauge('process_resident_memory_bytes', 'Resident memory size in bytes');
  const started = gauge('process_start_time_seconds', 'Start time of the process since 1970 in seconds');
  const files = gauge(
    'process_open_fds',
    'Number of open file descriptors; 0 where that cannot be found out',
  );
  const heap = gauge('nodejs_heap_size_used_bytes', 'Memory that live and not yet collected objects take');
  const external = gauge('nodejs_external_memory_bytes', 'Memory outside the heap that objects hold');
  const busy = gauge(
    'nodejs_eventloop_utilization_ratio',
    'Share of the time since the last scrape that the event loop worked, 0 to 1',
  );
  started.set(Math.round(performance.timeOrigin) / 1000);
  let loop = performance.eventLoopUtilization();

  return async () => {
    const { user, system } = process.cpuUsage();
    const memory = process.memoryUsage();
    cpu.reset();
    cpu.inc((user + system) / 1e6);
    resident.set(memory.rss);
    heap.set(memory.heapUsed);
    external.set(memory.external);
    const now = performance.eventLoopUtilization();
    busy.set(performance.eventLoopUtilization(now, loop).utilization);
    loop = now;
    files.set(await countOpenFiles());
  };
}

async function countOpenFiles(): Promise<number> {
  try {
    return (await readdir('/proc/self/fd')).length;
  } catch {
    // Only Linux has it.
    return 0;
  }
}
