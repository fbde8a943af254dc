import { resolve } from 'node:path';
import type { Log } from '../../functions/ambient/log.ts';
import { registerHandlers as shippedHandlers } from '../../functions/handlers/register.ts';
import { loadReceiverConfig } from '../../functions/platforms/node/config/load-receiver-config.ts';
import type { ReceiverConfig } from '../../functions/platforms/node/config/receiver-config.ts';
import { loadHandlers } from '../../functions/platforms/node/load-handlers.ts';
import { requirePageAssets } from '../../functions/platforms/node/require-page-assets.ts';
import { type NodeReceiver, startNodeReceiver } from '../../functions/platforms/node/start-receiver.ts';
import { EVENTS_PATH } from '../../protocol/http/receiver-paths.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { formatFaults } from '../../settings/fault.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { version } from '../terminal/version.ts';
import { checkHandlers } from './check-handlers.ts';
import { openReceiverLog } from './open-receiver-log.ts';
import { receiverOptions } from './receiver-options.ts';

/** What the command line says of a receiver; the rest is in the configuration. */
type ReceiveOptions = {
  readonly config: string | undefined;
  /** Only read the configuration and register the handlers. */
  readonly check: boolean;
};

/**
 * Runs the receiver until it is told to stop.
 *
 * @returns the exit code.
 */
export async function runReceive(options: ReceiveOptions, io: CommandIo): Promise<number> {
  const config = readConfig(options.config, io);
  if (config === null) return EXIT.usage;
  const receiver = await start(config, options.check, io);
  if (receiver === 'failed') return EXIT.failed;
  if (receiver === 'checked') {
    io.stdout.write('The configuration is good.\n');
    return EXIT.ok;
  }
  await stopped(io.stop);
  receiver.log.info({ by: String(io.stop.reason) }, 'stop requested');
  await receiver.close();
  receiver.log.info('stopped');
  return EXIT.ok;
}

function readConfig(file: string | undefined, { env, stderr }: CommandIo): ReceiverConfig | null {
  const result = loadReceiverConfig({
    ...(file !== undefined && { file }),
    env,
    readFile: readBounded,
  });
  if (result.kind === 'invalid') {
    stderr.write(`${formatFaults(result.faults)}\n`);
    return null;
  }
  for (const warning of result.warnings) stderr.write(`offhook receive: ${warning}\n`);
  return result.config;
}

type RunningReceiver = Pick<NodeReceiver, 'close'> & { readonly log: Log };

/** Whatever keeps it from starting is for the operator: one sentence. */
async function start(
  config: ReceiverConfig,
  checkOnly: boolean,
  io: CommandIo,
): Promise<RunningReceiver | 'checked' | 'failed'> {
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
    return { ...receiver, log: options.log };
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
