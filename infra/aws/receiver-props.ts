import type { LambdaDirectories } from '../../functions/build/lambda-names.ts';

/**
 * What a team decides about its receiver. The keys are those of the settings file, and so are their limits:
 * https://github.com/offhook/offhook/blob/main/docs/aws.md#settings. Texts may be tokens; numbers must be known.
 */
export type OffhookReceiverProps = {
  /** The page and the audit API, behind a token. @default true */
  readonly page?: boolean | undefined;
  /** Signed checkpoints of the audit trail. @default true */
  readonly checkpoints?: boolean | undefined;
  /** Who may call the Function URL: everybody, and the webhook's signature decides; or who signs as IAM wants. @default 'signature' */
  readonly authentication?: 'signature' | 'iam' | undefined;
  readonly receiver?: ReceiverLambdaProps | undefined;
  readonly handlers?: HandlersLambdaProps | undefined;
  readonly retention?: RetentionProps | undefined;
  /** ARNs of at most 20 roles, of this or another account, that may put events on the bus. @default none */
  readonly busWriters?: readonly string[] | undefined;
  /** Lets the watcher of an EKS cluster put to the bus as itself. @default none */
  readonly podIdentity?: PodIdentityProps | undefined;
  readonly alarms?: AlarmProps | undefined;
  /**
   * Directories of Lambdas of your own making, in the place of those that the package brings: each with an `index.mjs` that
   * exports `handler`, as `createLambdaReceiver`, `createLambdaRunner` and `createLambdaMaintenance` of `offhook/aws` make it.
   */
  readonly code?: Partial<LambdaDirectories> | undefined;
  /** Whether the stack tells its URLs, ARNs and names as outputs. @default true */
  readonly outputs?: boolean | undefined;
};

type ReceiverLambdaProps = {
  /** Megabytes, 128 to 10240. @default 512 */
  readonly memoryMb?: number | undefined;
  /** 1 to 1000: bounds what strangers can cost. @default none */
  readonly reservedConcurrency?: number | undefined;
};

type HandlersLambdaProps = {
  /**
   * The module that exports `registerHandlers`, from the working directory, or as a URL (`new URL('./hooks.ts',
   * import.meta.url)`). It is bundled by `esbuild`, which must be installed. @default the shipped handlers
   */
  readonly module?: string | URL | undefined;
  /** Megabytes, 128 to 10240. @default 512 */
  readonly memoryMb?: number | undefined;
  /** Seconds, 30 to 900: above the longest `timeoutMs` of your handlers. @default 900 */
  readonly timeoutSeconds?: number | undefined;
  /** 5 to 1000. @default none */
  readonly reservedConcurrency?: number | undefined;
  /** What handlers read from `env.vars`, at most 50. The template shows them: no secrets. @default none */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** A secret for variables that are secrets. @default false */
  readonly secrets?: boolean | undefined;
};

type RetentionProps = {
  /** Days for which is known what has been handled, 15 to 365. @default 16 */
  readonly claimDays?: number | undefined;
  /** Days for which the bus's archive keeps events, 1 to 3650. @default 30 */
  readonly archiveDays?: number | undefined;
  /** Days for which the audit trail keeps records, 1 to 36500. @default for ever */
  readonly auditDays?: number | undefined;
  /** Days for which CloudWatch Logs keeps lines, one of those that it offers. @default 30 */
  readonly logDays?: number | undefined;
  /** Days for which nobody overwrites or deletes a checkpoint, 1 to 3650. @default 400 */
  readonly checkpointLockDays?: number | undefined;
};

type PodIdentityProps = {
  /** Name of the EKS cluster. */
  readonly cluster: string;
  /** @default 'offhook' */
  readonly namespace?: string | undefined;
  /** @default 'offhook' */
  readonly serviceAccount?: string | undefined;
};

type AlarmProps = {
  /** SNS topic that alarms notify. @default none: they change colour in the console */
  readonly topicArn?: string | undefined;
  /** Minutes for which an event may wait for its retry, 1 to 10080. @default 60 */
  readonly retryAgeMinutes?: number | undefined;
};
