import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { readSecret } from './read-secret.ts';
import type { Variables } from './require-variables.ts';

const secretVariables = z.record(z.string(), z.string());

/**
 * What handlers read: the function's variables, and over them those in the secret `HANDLER_SECRETS_ARN`, a JSON object
 * of names and texts (`CALL_SECRET`, `CHAT_WEBHOOK_URL`, `S3_SECRET_ACCESS_KEY` …). Without that variable there is none.
 *
 * @throws Error when the secret cannot be read within five seconds, or is no such object; its content is never quoted.
 */
export async function readHandlerVariables(
  client: () => Pick<SecretsManagerClient, 'send'>,
  variables: Variables,
): Promise<Variables> {
  if ((variables.HANDLER_SECRETS_ARN ?? '') === '') return variables;
  const text = await readSecret(client(), variables, 'HANDLER_SECRETS');
  return { ...variables, ...parseVariables(text ?? '') };
}

function parseVariables(text: string): Readonly<Record<string, string>> {
  const parsed = secretVariables.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    'the secret of HANDLER_SECRETS_ARN must be a JSON object of texts, for example {"CALL_SECRET": "whsec_…"}',
  );
}

/** Undefined for what is no JSON. The parser's own message would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
