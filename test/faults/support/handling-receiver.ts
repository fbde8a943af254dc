import { onTestFinished } from 'vitest';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { HOOKS } from '../../../protocol/event/event-type.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { SECRET } from '../../support/watch-config.ts';

export type HandlingReceiver = {
  /** Where to post events. */
  readonly url: string;
  /** Ids of the events that the handler was run for, in order, repetitions included. */
  readonly handled: readonly string[];
};

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** The functions on Node, with one handler for every hook, which notes what it was run for. */
export async function startHandlingReceiver(): Promise<HandlingReceiver> {
  const handled: string[] = [];
  const receiver = await startNodeReceiver({
    port: 0,
    dataDir: temporaryDirectory(),
    secrets: [SECRET],
    log: silent,
    registerHandlers: (hooks) =>
      hooks.on(HOOKS, {}, (event) => void handled.push(event.id), { name: 'note' }),
  });
  onTestFinished(() => receiver.close());
  return { url: `${receiver.url}/events`, handled };
}
