import * as z from 'zod';
import { expected, expectedUnseen } from '../../../settings/expected.ts';
import { flag, lineOfText, oneOf, wholeNumber } from '../../../settings/scalar.ts';
import { section } from '../../../settings/section.ts';
import { LOG_RETENTION_DAYS } from './log-retention.ts';

/** What a team decides about its receiver, with every default filled in. `docs/aws.md` explains the keys. */
export type AwsReceiverSettings = z.output<ReturnType<typeof awsReceiverSchema>>;

/**
 * Batches of the retry queue that are in work at the same time: of one cluster, only one audit record can be the next,
 * so more would only get into each other's way. Also keeps retries from taking what new events need.
 */
export const RETRY_CONCURRENCY = 4;

const MOST_WRITERS = 20;
const MOST_VARIABLES = 50;

/** Words people try, and the key that stands for each. */
export const AWS_SYNONYMS = {
  alarm: 'alarms',
  env: 'handlers',
  variables: 'handlers',
  logs: 'retention',
} as const;

/** Whether a text stands for one that only AWS will know, as the CDK's tokens do: nothing can be said of its shape. */
type IsToken = (text: string) => boolean;

/** The keys of {@link awsReceiverKeys} and no others. */
export function awsReceiverSchema(isToken: IsToken) {
  return section(awsReceiverKeys(isToken), AWS_SYNONYMS);
}

/** Every key has a default. Claims outlive the 14 days for which a queue keeps an event. */
export function awsReceiverKeys(isToken: IsToken) {
  return {
    page: flag().default(true),
    checkpoints: flag().default(true),
    authentication: oneOf(['signature', 'iam']).default('signature'),
    receiver: section({
      memoryMb: memoryMb(512),
      reservedConcurrency: concurrency(1),
    }).prefault({}),
    handlers: section({
      module: lineOfText(1000, 'the path of a module').optional(),
      memoryMb: memoryMb(512),
      timeoutSeconds: wholeNumber(30, 900, ' of seconds').default(900),
      reservedConcurrency: concurrency(RETRY_CONCURRENCY + 1),
      variables: variables().default({}),
      secrets: flag().default(false),
    }).prefault({}),
    retention: section({
      claimDays: wholeNumber(15, 365, ' of days').default(16),
      archiveDays: wholeNumber(1, 3650, ' of days').default(30),
      auditDays: wholeNumber(1, 36_500, ' of days').optional(),
      logDays: logDays().default(30),
      checkpointLockDays: wholeNumber(1, 3650, ' of days').default(400),
    }).prefault({}),
    busWriters: z
      .array(roleArn(isToken), expectedUnseen('a list of role ARNs'))
      .max(MOST_WRITERS, expectedUnseen(`at most ${MOST_WRITERS} role ARNs`))
      .default([]),
    podIdentity: section({
      cluster: lineOfText(100, 'the name of an EKS cluster'),
      namespace: kubernetesName('a namespace', isToken).default('offhook'),
      serviceAccount: kubernetesName('a service account', isToken).default('offhook'),
    }).optional(),
    alarms: section({
      topicArn: topicArn(isToken).optional(),
      retryAgeMinutes: wholeNumber(1, 10_080, ' of minutes').default(60),
    }).prefault({}),
  };
}

/** How long claims and receipts are remembered, as the Lambdas read it. */
export function claimRetention({ claimDays }: AwsReceiverSettings['retention']): string {
  return `${claimDays}d`;
}

function memoryMb(megabytes: number) {
  return wholeNumber(128, 10_240, ' of megabytes').default(megabytes);
}

function concurrency(min: number) {
  return wholeNumber(min, 1000).optional();
}

function logDays() {
  const wanted = expected(`one of the retentions that CloudWatch Logs has: ${LOG_RETENTION_DAYS.join(', ')}`);
  return z.int(wanted).refine((days) => LOG_RETENTION_DAYS.includes(days), wanted);
}

/** Not for secrets: the template shows them. `AWS_` and `OFFHOOK_` belong to Lambda and to this stack. */
function variables() {
  const wanted = expectedUnseen(
    'a map of variable names (capitals, digits, "_"; not AWS_… or OFFHOOK_…) and texts',
  );
  return z
    .record(z.string().regex(/^(?!AWS_|OFFHOOK_)[A-Z][A-Z0-9_]{0,99}$/), variableText(), wanted)
    .refine((map) => Object.keys(map).length <= MOST_VARIABLES, wanted);
}

function variableText() {
  const params = expectedUnseen('a text of at most 1000 characters that is no secret (whsec_…, whsk_…)');
  return z
    .string(params)
    .max(1000, params)
    .refine((text) => !/whsec_|whsk_/.test(text), params);
}

function roleArn(isToken: IsToken) {
  const pattern = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
  return matchingText(pattern, 'the ARN of an IAM role (arn:aws:iam::<account>:role/<name>)', isToken);
}

function topicArn(isToken: IsToken) {
  const pattern = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/;
  return matchingText(pattern, 'the ARN of an SNS topic', isToken);
}

function kubernetesName(what: string, isToken: IsToken) {
  return matchingText(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, `the name of ${what}`, isToken);
}

/** Text of a pattern, or one that cannot be looked at yet. */
export function matchingText(pattern: RegExp, wanted: string, isToken: IsToken = () => false) {
  const params = expected(wanted);
  return z.string(params).refine((text) => pattern.test(text) || isToken(text), params);
}
