import { Gauge, type Registry } from 'prom-client';
import type { StoreReadings } from './take-store-readings.ts';

/** What waits, what was given up, and how large all of it is. */
export function createStoreMetrics(registry: Registry): (readings: StoreReadings) => void {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const waiting = gauge(
    'offhook_receiver_queue_waiting',
    'Events in the queue, for a first run or a further one',
  );
  const most = gauge(
    'offhook_receiver_queue_max',
    'limits.maxWaiting: beyond it deliveries are answered with 503',
  );
  const unhandled = gauge(
    'offhook_receiver_queue_unhandled',
    'Events in the queue whose handlers have not run once',
  );
  const oldest = gauge(
    'offhook_receiver_queue_oldest_seconds',
    'How long ago the oldest event in the queue came in; 0 when none waits',
  );
  const dead = gauge(
    'offhook_receiver_dead_letters',
    'Events one of whose handlers gave up, and that are kept still',
  );
  const bytes = new Gauge({
    name: 'offhook_receiver_database_bytes',
    help: 'Size of receiver.db and of its write-ahead log',
    labelNames: ['part'] as const,
    registers,
  });

  return (readings) => {
    waiting.set(readings.waiting);
    most.set(readings.maxWaiting);
    unhandled.set(readings.unhandled);
    oldest.set(readings.oldestMs / 1_000);
    dead.set(readings.deadLetters);
    for (const [part, size] of Object.entries(readings.bytes)) bytes.set({ part }, size);
  };
}
