import { registerHandlers } from '../../../handlers/register.ts';
import { createLambdaRunner } from '../run.ts';

/** AWS Lambda behind the bus's rule and the retry queue: the handler that runs your handlers. */
export const handler = createLambdaRunner(registerHandlers, process.env);
