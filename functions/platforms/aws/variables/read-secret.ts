import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describeError } from '../../../../settings/ambient/describe-error.ts';
import type { Variables } from './require-variables.ts';

const DEADLINE_MS = 5_000;

/**
 * A secret by the ARN in `<name>_ARN`, from Secrets Manager; or, on a machine of one's own, the value in `<name>`.
 * Undefined when neither is set. It must be text, not binary.
 *
 * @throws Error when it cannot be read within five seconds.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readSecret(
  client: Pick<SecretsManagerClient, 'send'>,
  variables: Variables,
  name: string,
): Promise<string | undefined> {
  const arn = variables[`${name}_ARN`] ?? '';
  if (arn === '') return variables[name];
  const abortSignal = AbortSignal.timeout(DEADLINE_MS);
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }), {
      abortSignal,
    });
    if (SecretString !== undefined) return SecretString;
  } catch (cause) {
    const why = abortSignal.aborted ? `no answer within ${DEADLINE_MS} ms` : describeError(cause);
    throw new Error(`could not read the secret of ${name}_ARN: ${why}`, { cause });
  }
  throw new Error(`the secret of ${name}_ARN is binary: store it as text`);
}
