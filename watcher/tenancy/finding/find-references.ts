import { errorCodeOf } from '../../../settings/ambient/describe-error.ts';
import type { EgressGuard, Guard } from '../../../settings/outbound/guard/create-guard.ts';
import type { ApiClient } from '../../source/api/call-api.ts';
import type { ReadyReason } from '../../subscriptions/objects/object-standing.ts';
import { getSecret } from '../credentials/kept-secret.ts';
import { readCredentials } from '../credentials/read-credentials.ts';
import type { TargetCredentials } from '../credentials/target-credentials.ts';
import type { HookObject } from '../objects/hook-object.ts';
import type { HookSpec } from '../objects/hook-spec.ts';
import { readService } from '../services/read-service.ts';

/** What looking for all that a spec refers to came to. */
export type ReferenceFinding =
  | {
      readonly kind: 'found';
      readonly credentials: TargetCredentials;
      readonly guard: EgressGuard;
      /** Of what was read: the same for as long as the Secrets hold the same. */
      readonly version: string;
    }
  | { readonly kind: 'missing'; readonly reason: ReadyReason; readonly message: string }
  /** Nobody could say; what was known before is still the best there is. */
  | { readonly kind: 'unanswered'; readonly message: string };

type FindingDeps = {
  readonly client: ApiClient;
  readonly guard: Guard;
  /** Namespaces in which the operator lets Secrets be read. */
  readonly secretNamespaces: readonly string[];
};

const SERVICE_FAULTS = {
  notFound: ['ServiceNotFound', 'there is no such Service in the namespace'],
  noPort: ['ServiceNotFound', 'the Service has no such TCP port'],
  externalName: ['TargetDenied', 'a Service of type ExternalName is no target: it is a name of anything'],
} as const;

/**
 * Looks for Secrets and the Service, and asks the guard where the target's host leads. Never rejects.
 *
 * A host that cannot be found is not a denial: the receiver's name server may be down, and deliveries say so.
 */
export async function findReferences(
  { object }: Pick<HookObject, 'object'>,
  spec: HookSpec,
  deps: FindingDeps,
  signal: AbortSignal,
): Promise<ReferenceFinding> {
  const namespace = object.namespace ?? spec.secretNamespace ?? null;
  const credentials = await credentialsOf(spec, namespace, deps, signal);
  if (credentials.kind !== 'read') {
    return credentials.kind === 'refused' ? { ...credentials, kind: 'missing' } : credentials;
  }
  const service = await serviceFault(spec, namespace, deps, signal);
  if (service !== null) return service;
  const guard = deps.guard.forNamespace(object.namespace);
  const denial = await denialOf(spec, credentials.credentials, guard);
  const { version } = credentials;
  return denial ?? { kind: 'found', credentials: credentials.credentials, guard, version };
}

function credentialsOf(spec: HookSpec, namespace: string | null, deps: FindingDeps, signal: AbortSignal) {
  const { client, secretNamespaces } = deps;
  return readCredentials(spec, async (name) => {
    if (namespace === null || !secretNamespaces.includes(namespace)) return { kind: 'forbidden' };
    return getSecret(client, { namespace, name }, signal);
  });
}

async function serviceFault(
  { target }: HookSpec,
  namespace: string | null,
  { client }: FindingDeps,
  signal: AbortSignal,
): Promise<ReferenceFinding | null> {
  if (target.service === undefined || namespace === null) return null;
  const { name, port } = target.service;
  const reading = await readService(client, { namespace, name, port }, signal);
  if (reading.kind === 'service') return null;
  if (reading.kind === 'unanswered') return reading;
  const [reason, message] = SERVICE_FAULTS[reading.why];
  return { kind: 'missing', reason, message };
}

/** Of the target and of where a token would be asked for. A target in the cluster goes by another way. */
async function denialOf(
  spec: HookSpec,
  credentials: TargetCredentials,
  guard: EgressGuard,
): Promise<ReferenceFinding | null> {
  const urls = [credentials.url?.reveal() ?? spec.target.url, spec.auth?.oauth2?.tokenURL];
  const denials = await Promise.all(
    urls.filter((url) => url !== undefined).map((url) => judged(new URL(url), guard)),
  );
  const message = denials.find((each) => each !== null);
  return message === undefined || message === null
    ? null
    : { kind: 'missing', reason: 'TargetDenied', message };
}

async function judged(url: URL, guard: EgressGuard): Promise<string | null> {
  try {
    const answer = await guard.resolve(url);
    return answer.kind === 'denied' ? answer.message : null;
  } catch (error) {
    if (errorCodeOf(error) === undefined) throw error;
    return null;
  }
}

/** Whether looking again has shown nothing new. */
export function isSameFinding(one: ReferenceFinding, other: ReferenceFinding): boolean {
  if (one.kind === 'found' && other.kind === 'found') return one.version === other.version;
  if (one.kind === 'missing' && other.kind === 'missing')
    return one.reason === other.reason && one.message === other.message;
  return one.kind === other.kind && one.kind !== 'found';
}
