import { AwsError, type Operation, onlyMembers } from './aws-server.ts';

/**
 * GetSecretValue: text by ARN; a value that is bytes is answered as `SecretBinary`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function secretOperations(
  secrets: Readonly<Record<string, string | Uint8Array>>,
): Readonly<Record<string, Operation>> {
  return {
    'secretsmanager.GetSecretValue': (request) => {
      onlyMembers(request, ['SecretId']);
      const value = secrets[String(request.SecretId)];
      if (value === undefined) {
        throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      const ARN = request.SecretId;
      if (typeof value === 'string') return { ARN, SecretString: value };
      return { ARN, SecretBinary: Buffer.from(value).toString('base64') };
    },
  };
}
