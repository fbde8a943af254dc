import { fileURLToPath } from 'node:url';
import { startInWorkerd } from '../../../functions/entry/miniflare.ts';
import { startNodeReceiver } from '../../../functions/entry/node.ts';
import { createJsonLog } from '../../../functions/log.ts';
import { readPageOptions } from '../../../functions/page/access/page-options.ts';
import type { TimelineEntry } from '../../../functions/page/timeline.ts';
import { startLambdaBridge } from './aws/start-on-lambda.ts';
import { SECRET } from './signed-post.ts';
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

export type StartBridge = (vars?: Readonly<Record<string, string>>) => Promise<Bridge>;

export const TEST_WORKER = fileURLToPath(new URL('./test-worker.ts', import.meta.url));
const startOnNode: StartBridge = async (vars = {}) => {
  const directory = await makeTemporaryDirectory();
  const lines: string[] = [];
  const receiver = await startNodeReceiver({
    port: 0,
    dataDir: directory.path,
    secrets: [SECRET],
    vars,
    page: readPageOptions({ PAGE_OPEN: 'true', ...vars }),
    registerHandlers: registerTestHandlers,
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
};

const startOnWorkerd: StartBridge = async (vars = {}) => {
  const lines: string[] = [];
  const onLog = (line: string) => void lines.push(line);
  const receiver = await startInWorkerd({ port: 0, secrets: [SECRET], vars, entryFile: TEST_WORKER, onLog });
  const { url, auditRows, deadLetters } = receiver;
  const logged = () => lines.join('\n');
  return { url, logged, auditRows, deadLetters, close: receiver.dispose };
};

const startOnLambda: StartBridge = (vars = {}) =>
  startLambdaBridge({ registerHandlers: registerTestHandlers, vars });

/** @property streams whether an answer can go on while it is being read; an invocation of a Lambda answers at once. */
export type Platform = { readonly platform: string; readonly start: StartBridge; readonly streams: boolean };

/** Every platform the functions run on, with the tests' handlers. */
export const PLATFORMS: readonly Platform[] = [
  { platform: 'Node', start: startOnNode, streams: true },
  { platform: 'workerd', start: startOnWorkerd, streams: true },
  { platform: 'Lambda', start: startOnLambda, streams: false },
];
