import { createLambdaMaintenance } from '../maintain.ts';

/** AWS Lambda behind a schedule: the handler that takes care of the audit trail. */
export const handler = createLambdaMaintenance(process.env);
