import type { Secret } from '../../../../settings/secret.ts';
import type { AuditCare, CheckpointPlace } from '../maintain.ts';
import type { ParsedAudit } from './audit-schema.ts';

/** How the audit trail is taken care of, its secrets taken out of their wrapping: keep it out of logs. */
export function toAuditCare({ retention, every, checkpoints }: ParsedAudit): AuditCare {
  return {
    retentionMs: retention ?? null,
    everyMs: every,
    checkpoints: checkpoints === undefined ? null : toCheckpoints(checkpoints),
  };
}

function toCheckpoints(parsed: NonNullable<ParsedAudit['checkpoints']>): AuditCare['checkpoints'] {
  const secret = present(parsed.signingSecretFile ?? parsed.signingSecretEnv);
  if (parsed.dir !== undefined) {
    return { secret, place: { kind: 'directory', directory: parsed.dir } };
  }
  return { secret, place: toS3(parsed.s3) };
}

function toS3(s3: NonNullable<ParsedAudit['checkpoints']>['s3']): CheckpointPlace {
  if (s3 === undefined) throw new Error('checkpoints without a place passed the schema');
  const { bucketUrl, region, prefix, accessKeyId } = s3;
  const secretAccessKey = present(s3.secretAccessKeyFile ?? s3.secretAccessKeyEnv);
  return {
    kind: 's3',
    bucketUrl,
    region,
    prefix,
    credentials: async () => ({ accessKeyId, secretAccessKey }),
  };
}

function present(secret: Secret<string> | undefined): string {
  if (secret === undefined) throw new Error('checkpoints without a secret passed the schema');
  return secret.reveal();
}
