import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createQueuePump, type QueuePump } from '../../../../functions/platforms/node/queue/queue-pump.ts';
import { createSqliteQueue } from '../../../../functions/platforms/node/queue/sqlite-queue.ts';
import { openDatabase } from '../../../../functions/platforms/node/sqlite/open-database.ts';
import { MAX_BODY_BYTES } from '../../../../protocol/http/read-body.ts';
import { systemClock } from '../../../../settings/ambient/clock.ts';
import { makeTemporaryDirectory } from '../../support/temporary-directory.ts';
import { handoffSuite } from './handoff-suite.ts';
import type { OpenedHandoff } from './opened-handoff.ts';
import { createScriptedConsumer } from './scripted-consumer.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };

handoffSuite('SQLite', async (): Promise<OpenedHandoff> => {
  const directory = await makeTemporaryDirectory();
  const consumer = createScriptedConsumer();
  const sender = openDatabase(join(directory.path, 'sender'));
  let database = sender;
  let queue = createSqliteQueue(database);
  let pump: QueuePump | undefined;
  return {
    handoff: {
      enqueue: async (message) => {
        await queue.enqueue(message);
        pump?.wake();
      },
    },
    consumer,
    limitBytes: MAX_BODY_BYTES,
    // What is on disk at this moment is what a killed process leaves behind.
    loseSender: async () => {
      const left = join(directory.path, 'left');
      await cp(join(directory.path, 'sender'), left, { recursive: true });
      database.close();
      database = openDatabase(left);
      queue = createSqliteQueue(database);
    },
    deliver: async () => {
      pump = createQueuePump({ queue, consumer, log: silent, concurrency: 16, clock: systemClock });
      pump.wake();
    },
    loseQueue: async () => database.close(),
    deadLetters: async () => queue.deadLetters(),
    close: async () => {
      await pump?.close(1_000);
      if (database.isOpen) database.close();
      await directory.remove();
    },
  };
});
