import type { DatabaseSync } from 'node:sqlite';
import { textOf } from '../database/column.ts';
import { JournalError } from '../database/journal-error.ts';
import type { Writer } from '../database/writer.ts';

export interface ClusterBinding {
  /** UID of the `kube-system` namespace of the cluster this journal belongs to; null before the first. */
  clusterUid(): string | null;
  /** @throws {JournalError} `cluster` when it belongs to another one. */
  bindCluster(uid: string): void;
}

/**
 * Ties a journal to one cluster. Compared with the Pods of another one, every Pod it knows would have vanished, and
 * an event would be sent for each.
 */
export function createClusterBinding(database: DatabaseSync, file: string, writer: Writer): ClusterBinding {
  const select = database.prepare("SELECT value FROM fact WHERE name = 'cluster_uid'");
  const insert = database.prepare("INSERT INTO fact VALUES ('cluster_uid', ?)");

  function clusterUid(): string | null {
    const row = select.get();
    return row === undefined ? null : textOf(row, 'value');
  }

  return {
    clusterUid,
    bindCluster(uid) {
      const bound = clusterUid();
      if (bound === uid) return;
      if (bound === null) {
        writer.transaction(() => insert.run(uid));
        return;
      }
      throw new JournalError(
        'cluster',
        `the journal ${file} belongs to another cluster (kube-system UID ${bound}, this cluster has ${uid}); ` +
          'nothing was changed. Give each cluster a journal directory of its own.',
      );
    },
  };
}
