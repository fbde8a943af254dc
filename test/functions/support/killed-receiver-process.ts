import { setTimeout as sleep } from 'node:timers/promises';
import { createJsonLog } from '../../../functions/ambient/log.ts';
import { createAudit } from '../../../functions/audit/audit-handler.ts';
import { GiveUp } from '../../../functions/hooks/attempt-failure.ts';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { HOOKS } from '../../../protocol/event/event-type.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { SECRET } from './signed-post.ts';

/**
 * A receiver that is killed again and again: `node killed-receiver-process.ts <dataDir> <ahead>`, where its clock is so
 * many milliseconds ahead, so that the leases of the process before are over. Its output is its URL, then its log.
 * One handler succeeds, one at its third attempt, one gives up at its second.
 */
const [dataDir = '', aheadMs = '0'] = process.argv.slice(2);
const options = { retryMs: 20, timeoutMs: 1_000, attempts: 20 };
const receiver = await startNodeReceiver({
  port: 0,
  dataDir,
  secrets: [SECRET],
  clock: createWallClock(() => Date.now() + Number(aheadMs)),
  log: createJsonLog((_, line) => process.stdout.write(`${line}\n`)),
  registerHandlers: (hooks, { audit, now }) => {
    hooks.on(HOOKS, {}, createAudit(audit, now), { ...options, name: 'audit' });
    hooks.on('postStart', {}, () => sleep(Math.random() * 20), { ...options, name: 'steady' });
    hooks.on(
      'postStart',
      {},
      (_, { attempt }) => {
        if (attempt < 3) throw new Error('not yet');
      },
      { ...options, name: 'shaky' },
    );
    hooks.on(
      'postStart',
      {},
      (_, { attempt }) => {
        throw attempt < 2 ? new Error('not yet') : new GiveUp('never');
      },
      { ...options, name: 'hopeless' },
    );
  },
});
process.stdout.write(`${receiver.url}\n`);
