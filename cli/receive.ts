import { resolve } from 'node:path';
import { registerHandlers as shippedHandlers } from '../functions/handlers/register.ts';
import { loadReceiverConfig } from '../functions/platforms/node/config/load-receiver-config.ts';
import type { ReceiverConfig } from '../functions/platforms/node/config/receiver-config.ts';
import { loadHandlers } from '../functions/platforms/node/load-handlers.ts';
import { requirePageAssets } from '../functions/platforms/node/require-page-assets.ts';
import { type NodeReceiver, startNodeReceiver } from '../functions/platforms/node/start-receiver.ts';
import { EVENTS_PATH } from '../protocol/http/receiver-paths.ts';
import { messageOf } from '../settings/ambient/describe-error.ts';
import { formatFaults } from '../settings/fault.ts';
import { readBounded } from '../settings/files/read-bounded.ts';
import { checkHandlers } from './receive/check-handlers.ts';
import { openReceiverLog } from './receive/receiver-log.ts';
import { receiverOptions } from './receive/receiver-options.ts';
import { type Command, type CommandInput, type CommandIo, EXIT, stringOption } from './terminal/command.ts';
import { version } from './terminal/version.ts';

const HELP = `Usage: offhook receive [OPTIONS]

Runs the receiver on this machine: takes signed events at POST /events, stores them in one SQLite file,
runs the handlers, and keeps the audit trail. The same application as on Cloudflare Workers and AWS,
for people without a cloud. docs/node.md goes through all of it.

Runs until SIGINT or SIGTERM: then it takes nothing new, lets handlers in work end for up to ten seconds,
and keeps the rest for the next start. A second signal ends it at once.

Options:
  --config FILE   configuration (default offhook-receiver.yaml);
                  offhook-receiver.example.yaml explains every key
  --check         read the configuration and the secrets, register the handlers, list them, say what
                  is wrong, and end
  -h, --help      this text

GET /healthz answers 200 as soon as events are taken. With a token, the page is at GET /.

Exit code: 0 after SIGINT or SIGTERM; 1 when it cannot start (port, data directory, handlers); 2 for a
mistake on the command line or in the configuration; 130 or 143 after a second signal.
`;

export const receiveCommand: Command = {
  help: HELP,
  options: { config: { type: 'string' }, check: { type: 'boolean' } },
  operands: 0,
  async run(input, io) {
    const config = readConfig(input, io);
    if (config === null) return EXIT.usage;
    const receiver = await start(config, input.options.check === true, io);
    if (receiver === 'failed') return EXIT.failed;
    if (receiver === 'checked') {
      io.stdout.write('The configuration is good.\n');
      return EXIT.ok;
    }
    await stopped(io.stop);
    await receiver.close();
    return EXIT.ok;
  },
};

function readConfig(input: CommandInput, { env, stderr }: CommandIo): ReceiverConfig | null {
  const file = stringOption(input, 'config');
  const result = loadReceiverConfig({
    ...(file !== undefined && { file }),
    env,
    readFile: readBounded,
  });
  if (result.kind === 'ok') return result.config;
  stderr.write(`${formatFaults(result.faults)}\n`);
  return null;
}

/** Whatever keeps it from starting is for the operator: one sentence. */
async function start(
  config: ReceiverConfig,
  checkOnly: boolean,
  io: CommandIo,
): Promise<NodeReceiver | 'checked' | 'failed'> {
  try {
    const registerHandlers =
      config.handlersModule === null ? shippedHandlers : await loadHandlers(config.handlersModule);
    const options = receiverOptions(config, registerHandlers, openReceiverLog(config.log, io));
    if (checkOnly) {
      await requirePageAssets(options.page ?? {});
      for (const line of await checkHandlers(options)) io.stdout.write(`${line}\n`);
      return 'checked';
    }
    const receiver = await startNodeReceiver(options);
    options.log.info(
      {
        events: `${receiver.url}${EVENTS_PATH}`,
        ...(Object.keys(config.page).length > 0 && { page: `${receiver.url}/` }),
        dataDir: resolve(config.dataDir),
        handlers: receiver.handlers.join(', '),
        version: version(),
      },
      'offhook receive is running',
    );
    return receiver;
  } catch (error) {
    const reason = messageOf(error);
    io.stderr.write(`offhook receive: cannot start: ${reason}\n`);
    return 'failed';
  }
}

function stopped(stop: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (stop.aborted) done();
    stop.addEventListener('abort', () => done(), { once: true });
  });
}
