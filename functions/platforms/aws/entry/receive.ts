import { systemClock } from '../../../../settings/ambient/clock.ts';
import { createJsonLog } from '../../../ambient/log.ts';
import { createLambdaReceiver } from '../receive.ts';

/** AWS Lambda behind a Function URL or API Gateway v2: the handler of the receiver. */
export const handler = createLambdaReceiver({
  variables: process.env,
  log: createJsonLog((level, line) => console[level](line)),
  clock: systemClock,
});
