import { platformAmbient } from '../../../../../functions/ambient/ambient.ts';
import { createJsonLog } from '../../../../../functions/ambient/log.ts';
import type { RegisterHandlers } from '../../../../../functions/hooks/register-handlers.ts';
import { createDynamoDbAuditStore } from '../../../../../functions/platforms/aws/audit/dynamodb-audit-store.ts';
import { createClients } from '../../../../../functions/platforms/aws/clients.ts';
import { createLambdaReceiver } from '../../../../../functions/platforms/aws/receive.ts';
import { createLambdaRunner } from '../../../../../functions/platforms/aws/run.ts';
import { newestEntries } from '../../../../../functions/timeline/newest-entries.ts';
import { type Clock, systemClock } from '../../../../../settings/ambient/clock.ts';
import { SECRET } from '../../../support/signed-post.ts';
import type { BusEvent } from './fake-eventbridge.ts';
import { createInvoker } from './lambda-invoker.ts';
import { serveFunctionUrl } from './serve-function-url.ts';
import { DEAD_LETTER_QUEUE, SIGNING_SECRET_ARN, startAccount } from './start-account.ts';

export type LambdaBridgeOptions = {
  readonly registerHandlers: RegisterHandlers;
  readonly vars?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly visibilityMs?: number;
  readonly clock?: Clock;
};

/**
 * The AWS side of Offhook with its real handlers: a Function URL in front of the receiver, a bus and a retry queue in
 * front of the target, the tables behind both, all of AWS itself faked.
 */
export async function startLambdaBridge(options: LambdaBridgeOptions) {
  const { registerHandlers, vars = {}, secrets = [SECRET], visibilityMs, clock = systemClock } = options;
  let deliver: (event: BusEvent) => void = () => {};
  const account = await startAccount({ [SIGNING_SECRET_ARN]: secrets.join(' ') }, (event) => deliver(event));
  const lines: string[] = [];
  const log = createJsonLog((_, line) => void lines.push(line));
  const variables = { ...account.variables, PAGE_OPEN: 'true', ...vars };
  const ambient = platformAmbient({ log, clock });
  const createTarget = () => createLambdaRunner(registerHandlers, variables, ambient);
  let target = createTarget();
  const invoker = createInvoker({
    target: () => target,
    sqs: account.sqs,
    ...(visibilityMs === undefined ? {} : { visibilityMs }),
  });
  deliver = invoker.deliver;
  const receiver = createLambdaReceiver(variables, ambient);
  const server = await serveFunctionUrl(receiver);
  const dynamoDb = createClients(variables).dynamoDb();
  const { timeline } = createDynamoDbAuditStore(dynamoDb, 'audit');
  return {
    account,
    receiver,
    url: server.url,
    logged: () => lines.join('\n'),
    target: () => target,
    /** A cold start: a new container takes over, the old one is heard of no more. */
    restartTarget: () => {
      target = createTarget();
    },
    auditRows: () => newestEntries(timeline, 1_000),
    deadLetters: async () => account.sqs.messages(DEAD_LETTER_QUEUE).map(({ body }) => deadLetterOf(body)),
    close: async () => {
      invoker.stop();
      await server.close();
      dynamoDb.destroy();
      await account.close();
    },
  };
}

function deadLetterOf(body: string): { readonly eventId: string; readonly reason: string } {
  const { eventId, reason, detail } = JSON.parse(body);
  return { eventId: eventId ?? detail?.id, reason: reason ?? 'retries used up' };
}
