import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * @property code has `index.mjs` with an exported `handler`.
 * @property failures takes the event that the function failed on, as it was given it; only for a function that is
 *   invoked asynchronously.
 */
type FunctionOptions = {
  readonly description: string;
  readonly code: Code;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly reservedConcurrency?: number | undefined;
  readonly logDays: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly failures?: Queue;
};

/** After the first run, a minute and two minutes later. */
const ASYNC_RETRIES = 2;
/** The longest there is. */
const OLDEST_EVENT = Duration.hours(6);

/**
 * A Lambda on the current Node, with a log group and a role of its own. The role may write that log and nothing else:
 * the managed policy that functions usually get may create log groups anywhere.
 */
export function createFunction(scope: Construct, id: string, options: FunctionOptions): LambdaFunction {
  const { description, code, memoryMb, timeoutSeconds, reservedConcurrency, failures } = options;
  const logGroup = new LogGroup(scope, `${id}Log`, {
    retention: options.logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const created = new LambdaFunction(scope, id, {
    description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'index.handler',
    code,
    memorySize: memoryMb,
    timeout: Duration.seconds(timeoutSeconds),
    // Stack traces then name the lines of the source.
    environment: { NODE_OPTIONS: '--enable-source-maps', ...options.environment },
    role: new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
    logGroup,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: reservedConcurrency }),
    ...(failures === undefined
      ? {}
      : { deadLetterQueue: failures, retryAttempts: ASYNC_RETRIES, maxEventAge: OLDEST_EVENT }),
  });
  allow(created, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  return created;
}

/** Lets a function's role do exactly these actions on exactly these resources. */
export function allow(to: LambdaFunction, actions: readonly string[], resources: readonly string[]): void {
  to.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
}
