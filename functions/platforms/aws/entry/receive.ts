import { createLambdaReceiver } from '../receive.ts';

/** AWS Lambda behind a Function URL or API Gateway v2: the handler of the receiver. */
export const handler = createLambdaReceiver(process.env);
