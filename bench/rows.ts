import type { Figure } from './figure.ts';
import type { RowContext } from './rows/row-context.ts';

export type Row = {
  readonly name: string;
  readonly summary: string;
  /** Takes minutes and gigabytes: measured only when it is named. */
  readonly onlyByName?: boolean;
  load(): Promise<(context: RowContext) => Promise<readonly Figure[]>>;
};

/** The rows of the table, in its order. */
export const ROWS: readonly Row[] = [
  {
    name: 'quiet',
    summary: 'watch bytes that cause no transition, beside splitting and parsing them',
    load: async () => (await import('./rows/ingest.ts')).quietIngest,
  },
  {
    name: 'transitions',
    summary: 'watch bytes whose every event is a transition, journalled durably',
    load: async () => (await import('./rows/ingest.ts')).transitionIngest,
  },
  {
    name: 'delivery',
    summary: 'signed deliveries to a receiver that answers at once, beside bare posts of the same bytes',
    load: async () => (await import('./rows/delivery.ts')).fastDelivery,
  },
  {
    name: 'latencies',
    summary: 'deliveries to receivers that take 20, 50 and 200 ms, beside concurrency / latency',
    load: async () => (await import('./rows/delivery.ts')).slowDelivery,
  },
  {
    name: 'reaction',
    summary: 'from watch bytes to the request on the wire, at 100 events a second',
    load: async () => (await import('./rows/reaction.ts')).reaction,
  },
  {
    name: 'start',
    summary: 'start with 10,000 and 50,000 Pods: time, memory and longest block of the event loop',
    load: async () => (await import('./rows/start.ts')).starts,
  },
  {
    name: 'memory',
    summary: 'memory of the packed watcher: idle, at 20 transitions a second (--seconds), in a burst',
    load: async () => (await import('./rows/memory.ts')).watcherMemory,
  },
  {
    name: 'cli-start',
    summary: 'start of short commands of the packed command line, beside node -e 0',
    load: async () => (await import('./rows/cli-start.ts')).commandStarts,
  },
  {
    name: 'explain',
    summary: 'half a gigabyte of a recorded watch, explained, beside parsing its lines',
    load: async () => (await import('./rows/explain-recording.ts')).explainedRecording,
  },
  {
    name: 'subscriptions',
    summary: 'from watch bytes to delivered, with 1,000 subscriptions beside one',
    load: async () => (await import('./rows/subscriptions.ts')).manySubscriptions,
  },
  {
    name: 'receiver-intake',
    summary: 'signed deliveries to a receiver on Node without handlers by 64 connections',
    load: async () => (await import('./rows/receiver.ts')).receiverIntake,
  },
  {
    name: 'worker-intake',
    summary: 'signed deliveries to the Worker in workerd, beside one that puts what it reads into the queue',
    load: async () => (await import('./rows/worker.ts')).workerIntake,
  },
  {
    name: 'receiver',
    summary: 'signed deliveries to the receiver on Node by 64 connections, and its handlers meanwhile',
    load: async () => (await import('./rows/receiver.ts')).receiver,
  },
  {
    name: 'audit-appends',
    summary: 'events into the audit trail, hashed and durable, beside bare inserts',
    load: async () => (await import('./rows/audit-appends.ts')).auditAppends,
  },
  {
    name: 'dev',
    summary: 'memory of each process of offhook dev after --seconds, beside after two minutes (only by name)',
    onlyByName: true,
    load: async () => (await import('./rows/dev-memory.ts')).devMemory,
  },
  {
    name: 'audit',
    summary:
      'questions to a long audit trail on SQLite and D1, beside bare SELECTs (only by name: see --records)',
    onlyByName: true,
    load: async () => (await import('./rows/audit-questions.ts')).auditQuestions,
  },
];
