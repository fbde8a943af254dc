import { systemClock } from '../../../../settings/ambient/clock.ts';
import { createJsonLog } from '../../../ambient/log.ts';
import { createLambdaMaintenance } from '../maintain.ts';

/** AWS Lambda behind a schedule: the handler that takes care of the audit trail. */
export const handler = createLambdaMaintenance({
  variables: process.env,
  log: createJsonLog((level, line) => console[level](line)),
  clock: systemClock,
});
