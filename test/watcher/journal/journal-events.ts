import { onTestFinished } from 'vitest';
import type { JournalBatch, NewEvent } from '../../../watcher/ingest/lifecycle-journal.ts';
import { type Journal, type JournalOptions, openJournal } from '../../../watcher/journal/open-journal.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';

/** An event for the journal; its body holds its sequence number, as a real one does. */
export function newEvent(id: string, fields: Partial<NewEvent> = {}): NewEvent {
  return {
    id,
    type: 'dev.offhook.container.postStart',
    hook: 'postStart',
    namespace: 'shop',
    partitionKey: `pod-1/${id}`,
    timeMs: Date.UTC(2026, 0, 1),
    expiresAtMs: null,
    encode: (sequence) => Buffer.from(JSON.stringify({ id, sequence, text: 'é' })),
    subscriptions: ['bridge'],
    ...fields,
  };
}

export function batchOf(...events: readonly NewEvent[]): JournalBatch {
  return { pods: [], events, resumePoints: [] };
}

/** A journal that is closed after the test, in a new directory unless told otherwise. */
export function openTestJournal(options: Partial<JournalOptions> = {}): Journal {
  const journal = openJournal({ directory: temporaryDirectory(), clock: createFakeClock(), ...options });
  onTestFinished(() => journal.close());
  return journal;
}

/** What `action` throws, for tests that look at more than the message. */
export function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('expected an exception, got none');
}
