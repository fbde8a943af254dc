import { isRecord } from '../../lifecycle/snapshot/json-field.ts';
import type { ApiClient } from '../../source/api/call-api.ts';
import { getJson } from '../../source/api/get-json.ts';

/** Secrets without it are not read, whoever names them. */
export const CREDENTIAL_LABEL = 'offhook.dev/credential';

const DEADLINE_MS = 10_000;

export type SecretAnswer =
  /** `data` as it is there: base64 by key. */
  | {
      readonly kind: 'secret';
      readonly isCredential: boolean;
      readonly data: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'absent' | 'forbidden' }
  /** Nobody could say. */
  | { readonly kind: 'unanswered'; readonly message: string };

/**
 * Gets one Secret by its name. Never rejects.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/secret-v1/
 */
export async function getSecret(
  client: ApiClient,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
): Promise<SecretAnswer> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
  const answer = await getJson(client, path, signal, DEADLINE_MS);
  if (answer.kind === 'ended') {
    const { kind, message } = answer.ending;
    return kind === 'absent' || kind === 'forbidden' ? { kind } : { kind: 'unanswered', message };
  }
  const secret = isRecord(answer.value) ? answer.value : {};
  const metadata = isRecord(secret.metadata) ? secret.metadata : {};
  const labels = isRecord(metadata.labels) ? metadata.labels : {};
  return {
    kind: 'secret',
    isCredential: labels[CREDENTIAL_LABEL] === 'true',
    data: isRecord(secret.data) ? secret.data : {},
  };
}
