import { registerHandlers } from '../../../functions/handlers/register.ts';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { HOOKS } from '../../../protocol/event/event-type.ts';
import { SECRET } from './signed-post.ts';

/**
 * A receiver in a process of its own, with the shipped handlers and one that notes when it ran: `node
 * loaded-receiver-process.ts <dataDir>`. Says its URL, and when asked, the events handled so far, in order, with how long
 * after their arrival (ms).
 */
const [dataDir = ''] = process.argv.slice(2);
const handled: { readonly id: string; readonly lagMs: number }[] = [];
const receiver = await startNodeReceiver({
  port: 0,
  dataDir,
  secrets: [SECRET],
  log: { info() {}, warn() {}, error: (...said: readonly unknown[]) => console.error(...said) },
  registerHandlers: (hooks, env) => {
    registerHandlers(hooks, env);
    const note = ({ id }: { readonly id: string }, { receivedAt }: { readonly receivedAt: Date }) => {
      handled.push({ id, lagMs: Date.now() - receivedAt.getTime() });
    };
    hooks.on(HOOKS, {}, note, { name: 'note' });
  },
});
process.on('message', () => process.send?.(handled));
process.send?.(receiver.url);
