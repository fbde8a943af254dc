import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { History } from './history.ts';

/** What the journal in `directory` holds, read from beside the process that has it open. */
export function reportJournal(directory: string): Pick<History, 'pending' | 'deadLetters' | 'disabled'> {
  const database = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  try {
    const [row] = database.prepare("SELECT count(*) AS n FROM delivery WHERE state = 'pending'").all();
    const dead = database
      .prepare("SELECT subscription, id FROM delivery JOIN event USING (sequence) WHERE state = 'dead'")
      .all();
    const disabled = database.prepare('SELECT name FROM subscription WHERE disabled_why IS NOT NULL').all();
    const deadLetters = new Map<string, Set<string>>();
    for (const { subscription, id } of dead) {
      const letters = deadLetters.get(String(subscription)) ?? new Set();
      deadLetters.set(String(subscription), letters.add(String(id)));
    }
    return {
      pending: Number(row?.n),
      deadLetters,
      disabled: new Set(disabled.map(({ name }) => String(name))),
    };
  } finally {
    database.close();
  }
}
