import { dirname, resolve } from 'node:path';
import { systemClock } from '../../settings/ambient/clock.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { untilStopped } from '../command/until-stopped.ts';
import { freePort } from './free-port.ts';
import { checkInChild, type ReceiverChild, startChild } from './receiver-child.ts';
import { watchSources } from './watch-sources.ts';

/** Editors write a file in several steps, and a formatter after them. */
const SETTLE_MS = 150;

/** `config`: the file that was read; `port`: where it says 0, any free one is kept. */
type Supervised = {
  readonly config: string;
  readonly handlersModule: string;
  readonly listen: { readonly host: string; readonly port: number };
};

/**
 * Runs the receiver in a process of its own, and another one in its place when its handlers or its configuration were
 * saved and are good; until it is told to stop.
 *
 * @returns the exit code.
 */
export async function superviseReceiver(
  { config, handlersModule, listen }: Supervised,
  io: CommandIo,
): Promise<number> {
  const say = (text: string) => io.stderr.write(`offhook receive: ${text}\n`);
  const port = listen.port === 0 ? await freePort(listen.host) : null;
  const argv = ['--config', config, ...(port === null ? [] : ['--port', String(port)])];
  const folder = dirname(resolve(handlersModule));
  const changes = createChanges();
  const watching = watchSources({ folder, file: resolve(config) }, changes.add);
  let isReplacing = false;
  let child = start();

  function start(): ReceiverChild {
    const started = startChild(argv, io.env);
    void started.ended.then((code) => {
      if (isReplacing || io.stop.aborted) return;
      say(`the receiver ended with ${code}; it starts again when something is saved`);
    });
    return started;
  }

  async function reload(file: string): Promise<void> {
    say(`${file} was saved`);
    const checked = await checkInChild(['--config', config], io.env);
    if (checked.code !== 0) {
      io.stderr.write(checked.stderr);
      say(child.isRunning() ? 'not taken: the receiver goes on as it was' : 'the receiver does not run');
      return;
    }
    isReplacing = true;
    await child.stop();
    isReplacing = false;
    if (!io.stop.aborted) child = start();
  }

  try {
    say(`handlers are loaded again when a module below ${folder} is saved, or ${config}`);
    const stopped = untilStopped(io.stop);
    while (!io.stop.aborted) {
      const file = await Promise.race([changes.next(), stopped]);
      if (file !== undefined) await reload(file);
    }
  } finally {
    watching.close();
    await child.stop();
  }
  return EXIT.ok;
}

/** What was saved since somebody asked last; many changes are one. */
function createChanges() {
  let waiting = Promise.withResolvers<string>();
  let isDue = false;
  return {
    add(file: string): void {
      if (isDue) return;
      isDue = true;
      systemClock.after(SETTLE_MS, () => waiting.resolve(file));
    },
    async next(): Promise<string> {
      const file = await waiting.promise;
      waiting = Promise.withResolvers();
      isDue = false;
      return file;
    },
  };
}
