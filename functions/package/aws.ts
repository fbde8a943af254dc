/**
 * `offhook/aws`: the functions that AWS Lambda calls, each made from the function's environment. `offhook/aws-cdk` makes
 * the stack around them.
 *
 * @example
 * export const handler = createLambdaRunner(registerHandlers, process.env);
 */
export { createLambdaMaintenance } from '../platforms/aws/maintain.ts';
export { createLambdaReceiver, type LambdaReceiver } from '../platforms/aws/receive.ts';
export { createLambdaRunner, type LambdaRunner } from '../platforms/aws/run.ts';
