import { createHash } from 'node:crypto';
import { Secret } from '../../../settings/secret.ts';
import type { ParsedSecret } from '../../../settings/secret-source.ts';
import {
  readBearerToken,
  readClientSecret,
  readHeaderValue,
  readSigningSecret,
} from '../../config/subscription-secrets.ts';
import { belongTogether, readCertificates, readPrivateKey } from '../../config/subscription-tls.ts';
import type { ReadyReason } from '../../subscriptions/objects/object-standing.ts';
import type { HookSpec } from '../objects/hook-spec.ts';
import { CREDENTIAL_LABEL, type SecretAnswer } from './kept-secret.ts';
import { NO_CREDENTIALS, type TargetCredentials } from './target-credentials.ts';
import { readTargetUrl } from './target-url.ts';

type CredentialsReading =
  /** `version`: the same for as long as the Secrets hold the same. */
  | { readonly kind: 'read'; readonly credentials: TargetCredentials; readonly version: string }
  | {
      readonly kind: 'refused';
      readonly reason: Extract<ReadyReason, `Secret${string}`>;
      readonly message: string;
    }
  /** Nobody could say; what was known is still the best there is. */
  | { readonly kind: 'unanswered'; readonly message: string };

type Refusal = Exclude<CredentialsReading, { readonly kind: 'read' }>;

type KeyReference = { readonly name: string; readonly key: string };

const LARGEST_TEXT_BYTES = 512 * 1024;

/**
 * Reads everything that a spec refers to. Each Secret is asked for once.
 *
 * @param find never rejects.
 */
export async function readCredentials(
  spec: HookSpec,
  find: (secret: string) => Promise<SecretAnswer>,
): Promise<CredentialsReading> {
  const answers = new Map<string, SecretAnswer>();
  await Promise.all(
    secretsOf(spec).map(async (name) => {
      answers.set(name, await find(name));
    }),
  );
  try {
    return { kind: 'read', credentials: collect(spec, createReader(answers)), version: versionOf(answers) };
  } catch (error) {
    if (error instanceof Unusable) return error.refusal;
    throw error;
  }
}

/** Names of all Secrets that a spec refers to, each once. */
function secretsOf({ target, signing, auth, tls, headers = [] }: HookSpec): readonly string[] {
  const references = [
    target.urlSecretRef,
    signing.secretRef,
    ...(signing.previousSecretRefs ?? []),
    auth?.bearer?.secretRef,
    auth?.oauth2?.clientSecretRef,
    tls?.caSecretRef,
    ...headers.map(({ secretRef }) => secretRef),
  ];
  const names = [...references.map((reference) => reference?.name), tls?.clientCertificate?.secretName];
  return [...new Set(names.filter((name) => name !== undefined))];
}

function collect(spec: HookSpec, read: Reader): TargetCredentials {
  const { target, signing, auth, tls, headers = [] } = spec;
  const signs = [signing.secretRef, ...(signing.previousSecretRefs ?? [])].filter(
    (each) => each !== undefined,
  );
  const client = tls?.clientCertificate;
  const secretHeaders = headers.flatMap(({ name, secretRef }) =>
    secretRef === undefined ? [] : [[name, new Secret(read.key(secretRef, readHeaderValue))] as const],
  );
  return {
    ...NO_CREDENTIALS,
    ...(target.urlSecretRef && { url: new Secret(read.key(target.urlSecretRef, readTargetUrl)) }),
    signing: signs.map((reference) => new Secret(read.key(reference, readSigningSecret))),
    ...(auth?.bearer && { bearerToken: new Secret(read.key(auth.bearer.secretRef, readBearerToken)) }),
    ...(auth?.oauth2 && {
      clientSecret: new Secret(read.key(auth.oauth2.clientSecretRef, readClientSecret)),
    }),
    ...(tls && {
      tls: {
        ...(tls.caSecretRef && { ca: read.key(tls.caSecretRef, readCertificates) }),
        ...(client && { client: readClient(client.secretName, read) }),
      },
    }),
    headers: new Map(secretHeaders),
  };
}

/** @see https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets */
function readClient(name: string, read: Reader) {
  const cert = read.key({ name, key: 'tls.crt' }, readCertificates);
  const key = read.key({ name, key: 'tls.key' }, readPrivateKey);
  if (!belongTogether(cert, key))
    throw missing(`tls.key of the Secret ${name} is not the key of the first certificate in tls.crt`);
  return { cert, key: new Secret(key) };
}

type Reader = { key<T>(reference: KeyReference, parse: (text: string) => ParsedSecret<T>): T };

/** Ends reading with what is wrong. */
class Unusable extends Error {
  override readonly name = 'Unusable';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

function missing(message: string): Unusable {
  return new Unusable({ kind: 'refused', reason: 'SecretKeyMissing', message });
}

function createReader(answers: ReadonlyMap<string, SecretAnswer>): Reader {
  return {
    key({ name, key }, parse) {
      const text = decode(dataOf(name, answers.get(name))[key]);
      if (text === null) throw missing(`the Secret ${name} has no usable data under the key ${key}`);
      const parsed = parse(text.trim());
      if ('value' in parsed) return parsed.value;
      // What is wrong with a secret never quotes it.
      throw missing(`the key ${key} of the Secret ${name}: ${parsed.fault}`);
    },
  };
}

function dataOf(name: string, answer: SecretAnswer | undefined): Readonly<Record<string, unknown>> {
  switch (answer?.kind) {
    case 'secret':
      if (answer.isCredential) return answer.data;
      throw new Unusable({
        kind: 'refused',
        reason: 'SecretNotLabelled',
        message: `the Secret ${name} has no label ${CREDENTIAL_LABEL}: "true", so it is not read`,
      });
    case 'absent':
      throw new Unusable({
        kind: 'refused',
        reason: 'SecretNotFound',
        message: `there is no Secret ${name}`,
      });
    case 'forbidden':
      throw new Unusable({
        kind: 'refused',
        reason: 'SecretForbidden',
        message:
          'Offhook may not read Secrets of this namespace; whoever runs it can grant that (tenancy.secretNamespaces)',
      });
    default:
      throw new Unusable({
        kind: 'unanswered',
        message: 'the API server did not answer when asked for a Secret; it is asked again',
      });
  }
}

function decode(value: unknown): string | null {
  if (typeof value !== 'string' || value === '' || value.length > (LARGEST_TEXT_BYTES * 4) / 3) return null;
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.includes('\uFFFD') || text === '' ? null : text;
}

/** A digest, so that nothing secret is kept or compared. */
function versionOf(answers: ReadonlyMap<string, SecretAnswer>): string {
  const read = [...answers].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(read)).digest('base64url');
}
