import { createJsonLog } from '../../../functions/ambient/log.ts';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import { SECRET } from './signed-post.ts';
import { registerTestHandlers } from './test-handlers.ts';

/** A receiver in a process of its own, to be killed: `node node-receiver-process.ts <dataDir> <probe URL>`.
 * Its output is its URL, then its log. */
const [dataDir = '', probeUrl = ''] = process.argv.slice(2);
const receiver = await startNodeReceiver({
  port: 0,
  dataDir,
  secrets: [SECRET],
  vars: { PROBE_URL: probeUrl },
  registerHandlers: registerTestHandlers,
  log: createJsonLog((_, line) => process.stdout.write(`${line}\n`)),
});
process.stdout.write(`${receiver.url}\n`);
