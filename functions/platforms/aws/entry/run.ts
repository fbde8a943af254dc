import { systemClock } from '../../../../settings/ambient/clock.ts';
import { createJsonLog } from '../../../ambient/log.ts';
import { registerHandlers } from '../../../handlers/register.ts';
import { createLambdaTarget } from '../run.ts';

/** AWS Lambda behind the bus's rule and the retry queue: the handler that runs your handlers. */
export const handler = createLambdaTarget(registerHandlers, {
  variables: process.env,
  log: createJsonLog((level, line) => console[level](line)),
  clock: systemClock,
});
