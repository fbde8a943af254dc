import { resolve } from 'node:path';
import type { Log } from '../../functions/ambient/log.ts';
import { registerHandlers as shippedHandlers } from '../../functions/handlers/register.ts';
import {
  type ConfigOrigin,
  loadReceiverConfig,
} from '../../functions/platforms/node/config/load-receiver-config.ts';
import type { ReceiverConfig } from '../../functions/platforms/node/config/receiver-config.ts';
import { loadHandlers } from '../../functions/platforms/node/load-handlers.ts';
import { requirePageAssets } from '../../functions/platforms/node/require-page-assets.ts';
import { type NodeReceiver, startNodeReceiver } from '../../functions/platforms/node/start-receiver.ts';
import { EVENTS_PATH } from '../../protocol/http/receiver-paths.ts';
import { formatFaults } from '../../settings/fault.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { untilStopped } from '../command/until-stopped.ts';
import { version } from '../terminal/version.ts';
import { checkHandlers } from './check-handlers.ts';
import { openReceiverLog } from './open-receiver-log.ts';
import { receiverOptions } from './receiver-options.ts';
import { startFailure } from './start-failure.ts';

/** What the command line says of a receiver; the rest is in the configuration. */
type ReceiveOptions = {
  readonly config: string | undefined;
  /** In place of the configuration's. */
  readonly port: number | undefined;
  /** Load the handlers again when they are saved. */
  readonly watch: boolean;
  /** Only read the configuration and register the handlers. */
  readonly check: boolean;
};

/**
 * Runs the receiver until it is told to stop.
 *
 * @returns the exit code.
 */
export async function runReceive(options: ReceiveOptions, io: CommandIo): Promise<number> {
  const read = readConfig(options, io);
  if (read === null) return EXIT.usage;
  if (options.watch) return runWatched(read, io);
  let receiver: RunningReceiver | 'checked';
  try {
    receiver = await start(read, options.check, io);
  } catch (error) {
    const { text, exitCode } = startFailure(error, read.origin);
    io.stderr.write(`${text}\n`);
    return exitCode;
  }
  if (receiver === 'checked') {
    io.stdout.write('The configuration is good.\n');
    return EXIT.ok;
  }
  await untilStopped(io.stop);
  receiver.log.info({ by: String(io.stop.reason) }, 'stop requested');
  await receiver.close();
  receiver.log.info('stopped');
  return EXIT.ok;
}

type ReadConfig = {
  readonly config: ReceiverConfig;
  readonly origin: ConfigOrigin;
  readonly warnings: readonly string[];
};

function readConfig({ config: file, port }: ReceiveOptions, { env, stderr }: CommandIo): ReadConfig | null {
  const result = loadReceiverConfig({
    ...(file !== undefined && { file }),
    env,
    readFile: readBounded,
  });
  if (result.kind === 'ok') {
    const { config } = result;
    return port === undefined
      ? result
      : { ...result, config: { ...config, listen: { ...config.listen, port } } };
  }
  stderr.write(`${formatFaults(result.faults)}\n`);
  return null;
}

async function runWatched({ config, origin }: ReadConfig, io: CommandIo): Promise<number> {
  const { handlersModule, listen } = config;
  if (handlersModule === null) {
    io.stderr.write(
      'offhook receive: --watch needs handlers.module in the configuration: the handlers that are shipped do not change\n',
    );
    return EXIT.usage;
  }
  const { superviseReceiver } = await import('./supervise-receiver.ts');
  return superviseReceiver({ config: origin.file, handlersModule, listen }, io);
}

type RunningReceiver = Pick<NodeReceiver, 'close'> & { readonly log: Log };

async function start(
  { config, warnings }: ReadConfig,
  checkOnly: boolean,
  io: CommandIo,
): Promise<RunningReceiver | 'checked'> {
  const log = openReceiverLog(config.log, io);
  if (!checkOnly) for (const warning of warnings) log.warn(warning);
  const registerHandlers =
    config.handlersModule === null ? shippedHandlers : await loadHandlers(config.handlersModule);
  const options = receiverOptions(config, registerHandlers, log);
  if (checkOnly) {
    for (const warning of warnings) io.stderr.write(`offhook receive: ${warning}\n`);
    await requirePageAssets(options.page ?? {});
    for (const line of await checkHandlers(options)) io.stdout.write(`${line}\n`);
    return 'checked';
  }
  const receiver = await startNodeReceiver(options);
  options.log.info(
    {
      events: `${receiver.url}${EVENTS_PATH}`,
      ...(Object.keys(config.page).length > 0 && { page: `${receiver.url}/` }),
      ...(receiver.metricsUrl !== null && { metrics: `${receiver.metricsUrl}/metrics` }),
      dataDir: resolve(config.dataDir),
      handlers: receiver.handlers.join(', '),
      version: version(),
    },
    'offhook receive is running',
  );
  return { ...receiver, log: options.log };
}
