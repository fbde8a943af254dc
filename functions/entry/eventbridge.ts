import { registerHandlers } from '../handlers/register.ts';
import { createJsonLog } from '../log.ts';
import { createLambdaTarget } from './aws/create-target.ts';

/** AWS Lambda behind the bus's rule and the retry queue: the handler that runs your handlers. */
export const handler = createLambdaTarget(registerHandlers, {
  variables: process.env,
  log: createJsonLog((level, line) => console[level](line)),
  now: Date.now,
});
