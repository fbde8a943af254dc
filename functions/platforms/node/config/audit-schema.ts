import * as z from 'zod';
import { SecretError } from '../../../../protocol/signature/secret-error.ts';
import { duration } from '../../../../settings/duration.ts';
import { expectedUnseen } from '../../../../settings/expected.ts';
import { checkedBy, lineOfText } from '../../../../settings/scalar.ts';
import type { ParsedSecret, SecretSources } from '../../../../settings/secret-source.ts';
import { section } from '../../../../settings/section.ts';
import { readCheckpointSecret } from '../../../audit/checkpoint/checkpoint-keys.ts';
import { checkCredential, checkRegion } from '../../../sigv4/check-aws-settings.ts';
import { anyText } from './receiver-secrets.ts';

/** The keys under `audit`. */
export function auditSchema(sources: SecretSources) {
  return section(
    {
      retention: duration({ min: '1d', max: '36500d' }).optional(),
      every: duration({ min: '1m', max: '7d' }).prefault('1h'),
      checkpoints: checkpointsSchema(sources).optional(),
    },
    { days: 'retention', interval: 'every', checkpoint: 'checkpoints' },
  );
}

export type ParsedAudit = z.output<ReturnType<typeof auditSchema>>;

function checkpointsSchema(sources: SecretSources) {
  const entry = section(
    {
      dir: lineOfText(4096, 'a directory').optional(),
      s3: s3Schema(sources).optional(),
      signingSecretFile: sources.file(signingSecret).optional(),
      signingSecretEnv: sources.variable(signingSecret).optional(),
    },
    { secretFile: 'signingSecretFile', secretEnv: 'signingSecretEnv', bucket: 's3' },
  );
  return onlyOne(onlyOne(entry, 'dir', 's3'), 'signingSecretFile', 'signingSecretEnv');
}

function s3Schema(sources: SecretSources) {
  const entry = section(
    {
      bucketUrl: bucketUrl(),
      region: checkedBy(
        (text) => checkRegion('it', text),
        lineOfText(64, 'a region, such as eu-central-1 (or "auto" for R2)'),
      ),
      prefix: z
        .string(expectedUnseen('the beginning of all keys'))
        .regex(/^[\w./-]{0,256}$/, { error: 'may hold letters, digits, "-", "_", "." and "/" only' })
        .default(''),
      accessKeyId: checkedBy(
        (text) => checkCredential('it', text),
        lineOfText(128, 'the id of an access key'),
      ),
      secretAccessKeyFile: sources.file(anyText).optional(),
      secretAccessKeyEnv: sources.variable(anyText).optional(),
    },
    { bucket: 'bucketUrl', url: 'bucketUrl', endpoint: 'bucketUrl', secretAccessKey: 'secretAccessKeyFile' },
  );
  return onlyOne(entry, 'secretAccessKeyFile', 'secretAccessKeyEnv');
}

/** As the sink wants it; never shown. */
function bucketUrl() {
  const wanted = 'the URL of a bucket, such as https://audit.s3.eu-central-1.amazonaws.com';
  return z.string(expectedUnseen(wanted)).refine(isBucketUrl, { error: `expected ${wanted}` });
}

function isBucketUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '';
}

function signingSecret(text: string): ParsedSecret<string> {
  try {
    readCheckpointSecret(text);
    return { value: text };
  } catch (error) {
    if (error instanceof SecretError) return { fault: error.message };
    throw error;
  }
}

/** Exactly one of two keys of a map; said together with what is wrong within them. */
function onlyOne<T extends z.ZodType<object>>(map: T, one: string, other: string): T {
  return map.superRefine(
    (value, context) => {
      const given = [one, other].filter((key) => (value as Record<string, unknown>)[key] !== undefined);
      if (given.length === 0) context.addIssue({ code: 'custom', message: `needs ${one} or ${other}` });
      if (given.length === 2) {
        context.addIssue({ code: 'custom', path: [other], message: `${one} is given too; keep one of them` });
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
  );
}
