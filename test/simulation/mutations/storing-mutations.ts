import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Mutation } from '../mutation.ts';

/** Mistakes in what is stored, and in what a restart finds: put in front of the journal and behind it. */
export const STORING_MUTATIONS: readonly Mutation[] = [
  {
    name: 'advance-before-commit',
    mistake: 'the resourceVersion is stored before the events it stands for',
    caughtBy: ['Complete'],
    journal: (journal) => ({
      ...journal,
      commit(batch) {
        if (batch.events.length > 0)
          journal.commit({ pods: [], events: [], resumePoints: batch.resumePoints });
        return journal.commit(batch);
      },
    }),
  },
  {
    name: 'forget-known-pods',
    mistake: 'the last-known Pods are not stored together with the events',
    caughtBy: ['Complete'],
    journal: (journal) => ({ ...journal, commit: (batch) => journal.commit({ ...batch, pods: [] }) }),
  },
  {
    name: 'random-ids',
    mistake: 'ids are drawn, not derived',
    caughtBy: ['StableId'],
    journal: (journal) => ({
      ...journal,
      commit: (batch) =>
        journal.commit({ ...batch, events: batch.events.map((event) => renamed(event, randomUUID())) }),
    }),
  },
  {
    name: 'id-with-resource-version',
    mistake: 'the resourceVersion at which something was learned is part of its id',
    caughtBy: ['StableId'],
    journal: (journal) => ({
      ...journal,
      commit(batch) {
        const at = batch.resumePoints.map(({ resourceVersion }) => resourceVersion).join();
        return journal.commit({
          ...batch,
          events: batch.events.map((event) => renamed(event, event.id + at)),
        });
      },
    }),
  },
  {
    name: 'forget-dedupe-on-restart',
    mistake: 'ids of delivered events are forgotten when the watcher starts again',
    caughtBy: ['StableId', 'CausalPerContainer'],
    beforeOpen: (directory) =>
      execute(
        directory,
        `
      DELETE FROM event WHERE sequence NOT IN (SELECT sequence FROM delivery WHERE state <> 'delivered')`,
      ),
  },
  {
    name: 'queue-in-memory',
    mistake: 'what is not delivered yet is lost in a restart',
    caughtBy: ['Complete'],
    beforeOpen: (directory) => execute(directory, "DELETE FROM delivery WHERE state = 'pending'"),
  },
  {
    name: 'drop-over-quota',
    mistake: 'what a tenant has beyond its quota is no dead letter, but gone',
    caughtBy: ['Complete'],
    beforeOpen: (directory) =>
      execute(
        directory,
        `CREATE TRIGGER IF NOT EXISTS forget AFTER INSERT ON delivery WHEN NEW.state = 'dead' BEGIN
           DELETE FROM delivery WHERE sequence = NEW.sequence AND subscription = NEW.subscription; END`,
      ),
  },
];

function renamed<E extends { readonly id: string; readonly encode: (sequence: number) => Uint8Array }>(
  event: E,
  source: string,
): E {
  const id = `evt_${createHash('sha256').update(source).digest('hex').slice(0, 36)}`;
  const encode = (sequence: number) =>
    Buffer.from(Buffer.from(event.encode(sequence)).toString('utf8').replaceAll(event.id, id));
  return { ...event, id, encode };
}

function execute(directory: string, sql: string): void {
  const file = join(directory, 'journal.db');
  if (!existsSync(file)) return;
  const database = new DatabaseSync(file);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}
