import { fileURLToPath } from 'node:url';
import { createJsonLog } from '../../../functions/ambient/log.ts';
import type { RegisterHandlers } from '../../../functions/hooks/register-handlers.ts';
import { startNodeReceiver } from '../../../functions/platforms/node/start-receiver.ts';
import type { TimelineEntry } from '../../../functions/timeline/timeline.ts';
import { readPageOptions } from '../../../functions/variables/page-variables.ts';
import { startLambdaBridge } from '../platforms/aws/support/start-on-lambda.ts';
import { SECRET } from './signed-post.ts';
import { startWorker } from './start-worker.ts';
import { makeTemporaryDirectory } from './temporary-directory.ts';
import { registerTestHandlers } from './test-handlers.ts';

/** The whole off-cluster side, running, as a test sees it. */
export type Bridge = {
  readonly url: string;
  /** Everything it has logged so far, one line of JSON after the other. */
  logged(): string;
  auditRows(): Promise<readonly TimelineEntry[]>;
  deadLetters(): Promise<readonly { readonly eventId: string; readonly reason: string }[]>;
  close(): Promise<void>;
};

type Vars = Readonly<Record<string, string>>;
type Secrets = readonly string[];
export type StartBridge = (vars?: Vars, secrets?: Secrets) => Promise<Bridge>;

export const TEST_WORKER = fileURLToPath(new URL('./test-worker.ts', import.meta.url));

/** @property workerFile a Worker's module with the same handlers. */
type Handlers = { readonly registerHandlers: RegisterHandlers; readonly workerFile: string };

async function startOnNode(
  registerHandlers: RegisterHandlers,
  vars: Vars,
  secrets: Secrets,
): Promise<Bridge> {
  const directory = await makeTemporaryDirectory();
  const lines: string[] = [];
  const receiver = await startNodeReceiver({
    port: 0,
    dataDir: directory.path,
    secrets,
    vars,
    page: readPageOptions({ PAGE_OPEN: 'true', ...vars }),
    registerHandlers,
    log: createJsonLog((_, line) => void lines.push(line)),
  });
  const idOf = (body: Uint8Array): string => JSON.parse(new TextDecoder().decode(body)).id;
  return {
    url: receiver.url,
    logged: () => lines.join('\n'),
    auditRows: receiver.auditRows,
    deadLetters: async () =>
      receiver.deadLetters().map(({ message, reason }) => ({ eventId: idOf(message.body), reason })),
    close: async () => {
      await receiver.close();
      await directory.remove();
    },
  };
}

async function startOnWorkerd(entryFile: string, vars: Vars, secrets: Secrets): Promise<Bridge> {
  const lines: string[] = [];
  const onLog = (line: string) => void lines.push(line);
  const receiver = await startWorker({ port: 0, secrets, vars, entryFile, onLog });
  const { url, auditRows, deadLetters } = receiver;
  const logged = () => lines.join('\n');
  return { url, logged, auditRows, deadLetters, close: receiver.dispose };
}

/** @property streams whether an answer can go on while it is being read; an invocation of a Lambda answers at once. */
export type Platform = { readonly platform: string; readonly start: StartBridge; readonly streams: boolean };

/** Every platform the functions run on, with those handlers. */
export function platformsWith({ registerHandlers, workerFile }: Handlers): readonly Platform[] {
  return [
    {
      platform: 'Node',
      start: (vars = {}, secrets = [SECRET]) => startOnNode(registerHandlers, vars, secrets),
      streams: true,
    },
    {
      platform: 'workerd',
      start: (vars = {}, secrets = [SECRET]) => startOnWorkerd(workerFile, vars, secrets),
      streams: true,
    },
    {
      platform: 'Lambda',
      start: (vars = {}, secrets = [SECRET]) => startLambdaBridge({ registerHandlers, vars, secrets }),
      streams: false,
    },
  ];
}

/** With the tests' handlers. */
export const PLATFORMS = platformsWith({ registerHandlers: registerTestHandlers, workerFile: TEST_WORKER });
