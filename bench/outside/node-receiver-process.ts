import { registerHandlers } from '../../functions/handlers/register.ts';
import { startNodeReceiver } from '../../functions/platforms/node/start-receiver.ts';
import { HOOKS } from '../../protocol/event/event-type.ts';
import { SIGNING_SECRET } from '../rows/row-context.ts';

/**
 * The receiver on Node. Arguments: the data directory, and which handlers it has: `shipped`, and one more that notes how
 * long after its arrival an event's handlers began; or `none`. Asked, it says how many events were handled so far and the
 * lags since it was last asked, in ms.
 */
const [dataDir = '', handlers = 'shipped'] = process.argv.slice(2);
let handled = 0;
let lagsMs: number[] = [];
const silent = { info() {}, warn() {}, error: (...said: readonly unknown[]) => console.error(...said) };
const receiver = await startNodeReceiver({
  port: 0,
  dataDir,
  secrets: [SIGNING_SECRET],
  log: silent,
  registerHandlers: (hooks, env) => {
    if (handlers === 'none') return;
    registerHandlers(hooks, env);
    const note = (_event: unknown, { receivedAt }: { readonly receivedAt: Date }) => {
      handled += 1;
      lagsMs.push(Date.now() - receivedAt.getTime());
    };
    hooks.on(HOOKS, {}, note, { name: 'note' });
  },
});
process.on('message', () => {
  process.send?.({ handled, lagsMs });
  lagsMs = [];
});
process.send?.({ url: `${receiver.url}/events` });
