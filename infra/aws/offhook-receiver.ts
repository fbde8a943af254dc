import { fileURLToPath } from 'node:url';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Archive, EventBus } from 'aws-cdk-lib/aws-events';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { createAlarms } from './alarms.ts';
import { createLambdas } from './lambdas/create-lambdas.ts';
import { lambdaCode } from './lambdas/lambda-code.ts';
import { addOutputs } from './outputs.ts';
import type { OffhookReceiverProps } from './receiver-props.ts';
import { checkProps } from './settings/check-props.ts';
import { createStores } from './stores/create-stores.ts';
import { createWatcherAccess } from './watcher-access.ts';

export type { OffhookReceiverProps } from './receiver-props.ts';

/**
 * The receiver on AWS, whole: a Lambda behind a Function URL, the bus, the Lambda that runs handlers, claims, audit trail,
 * checkpoints, secrets, queues and alarms. For any account and region.
 *
 * With the id `Default`, resources and outputs are called as if they stood in the stack itself.
 *
 * @example
 * new OffhookReceiver(stack, 'Default', { handlers: { module: 'src/hooks.ts' } });
 */
export class OffhookReceiver extends Construct {
  /** Ends with a slash. */
  readonly functionUrl: string;
  /** What a watcher's subscription names. */
  readonly eventsUrl: string;
  /** Verifies webhooks and shows the page; its environment takes the further ways to the page. */
  readonly receiver: LambdaFunction;
  /** Runs the handlers: what they may do in AWS is granted to it. */
  readonly handlers: LambdaFunction;
  /** Checkpoints and retention, every hour. */
  readonly maintenance: LambdaFunction;
  readonly bus: EventBus;
  readonly archive: Archive;
  readonly claims: Table;
  readonly audit: Table;
  readonly checkpoints: Bucket;
  readonly signingSecret: Secret;
  /** undefined without the page. */
  readonly pageToken: Secret | undefined;
  /** undefined without checkpoints. */
  readonly checkpointSecret: Secret | undefined;
  /** undefined unless handlers have secrets. */
  readonly handlerSecrets: Secret | undefined;
  /** Events with a handler that gave up. */
  readonly deadLetters: Queue;
  /** undefined unless the watcher puts to the bus as itself. */
  readonly watcherRole: Role | undefined;

  /** @throws Error with all that is wrong with the props; when esbuild is needed and not installed. */
  constructor(scope: Construct, id: string, props: OffhookReceiverProps = {}) {
    super(scope, id);
    const { code: directories = {}, outputs = true, ...given } = props;
    const settings = checkProps(withPath(given), `OffhookReceiver ${this.node.path}`);
    const code = lambdaCode({ directories, module: settings.handlers.module });
    const stores = createStores(this, settings);
    const lambdas = createLambdas(this, { settings, code, stores });
    const { podIdentity } = settings;
    const watcherRole = podIdentity === undefined ? null : createWatcherAccess(this, podIdentity, stores.bus);
    createAlarms(this, { settings: settings.alarms, lambdas, stores });
    if (outputs) addOutputs(this, { stores, lambdas, watcherRole });

    this.functionUrl = lambdas.receiver.url.url;
    this.eventsUrl = `${this.functionUrl}events`;
    this.receiver = lambdas.receiver.lambda;
    this.handlers = lambdas.handlers;
    this.maintenance = lambdas.maintenance;
    this.bus = stores.bus;
    this.archive = stores.archive;
    this.claims = stores.tables.claims;
    this.audit = stores.tables.audit;
    this.checkpoints = stores.checkpoints;
    this.signingSecret = stores.secrets.signing;
    this.pageToken = stores.secrets.page;
    this.checkpointSecret = stores.secrets.checkpoint;
    this.handlerSecrets = stores.secrets.handlers;
    this.deadLetters = stores.queues.deadLetters;
    this.watcherRole = watcherRole ?? undefined;
  }
}

type Given = Omit<OffhookReceiverProps, 'code' | 'outputs'>;

/** The settings know paths only. */
function withPath({ handlers, busWriters, ...others }: Given) {
  const { module, ...rest } = handlers ?? {};
  return {
    ...others,
    ...(busWriters !== undefined && { busWriters: [...busWriters] }),
    handlers: {
      ...rest,
      ...(module !== undefined && { module: module instanceof URL ? fileURLToPath(module) : module }),
    },
  };
}
