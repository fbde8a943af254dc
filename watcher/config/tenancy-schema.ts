import { SecretError } from '../../protocol/signature/secret-error.ts';
import { parseSigningSecret } from '../../protocol/signature/signing-secret.ts';
import { byteSize } from '../../settings/byte-size.ts';
import { flag, wholeNumber } from '../../settings/scalar.ts';
import type { Secret } from '../../settings/secret.ts';
import type { ParsedSecret, SecretSources } from '../../settings/secret-source.ts';
import { section } from '../../settings/section.ts';
import { dnsLabel, nameList } from './name-list.ts';

const LEAST_KEY_BYTES = 32;

/** What subscriptions as objects (HookSubscription, ClusterHookSubscription) may do. Times end in Ms. */
export type TenancyConfig = {
  /** From which the keys of namespaces are derived, the current one first; none: one is made and kept beside the journal. */
  readonly signingKeys: readonly Secret<Uint8Array>[];
  /** Where Secrets that objects name are read. */
  readonly secretNamespaces: readonly string[];
  /** Of each namespace. */
  readonly quota: {
    readonly subscriptions: number;
    /** Deliveries that wait. */
    readonly waiting: number;
    /** Bytes of the events that wait. */
    readonly waitingBytes: number;
    /** Attempts in a minute. */
    readonly perMinute: number;
    /** Attempts at the same time. */
    readonly concurrency: number;
  };
};

/** `isAskedFor`: in so many words, not by default. `config`: null where objects are not to be followed. */
type ParsedTenancy = { readonly isAskedFor: boolean; readonly config: TenancyConfig | null };

/** The key `tenancy`. */
export function tenancySchema(sources: SecretSources) {
  const shape = {
    enabled: flag().optional(),
    signingKeyFile: sources.file(tenancyKey).optional(),
    previousSigningKeyFile: sources.file(tenancyKey).optional(),
    secretNamespaces: nameList(dnsLabel('a namespace'), 'namespaces').optional(),
    quota: section({
      subscriptions: wholeNumber(1, 1_000).default(100),
      waiting: wholeNumber(1, 10_000_000).default(10_000),
      waitingBytes: byteSize({ min: '1MiB', max: '1TiB' }).prefault('64MiB'),
      perMinute: wholeNumber(1, 1_000_000).default(6_000),
      concurrency: wholeNumber(1, 256).default(32),
    }).prefault({}),
  };
  return section(shape, { key: 'signingKeyFile', quotas: 'quota', secrets: 'secretNamespaces' })
    .refine(
      ({ signingKeyFile, previousSigningKeyFile }) =>
        signingKeyFile !== undefined || previousSigningKeyFile === undefined,
      { path: ['previousSigningKeyFile'], error: 'needs signingKeyFile, the key that takes its place' },
    )
    .transform(
      ({
        enabled = null,
        signingKeyFile,
        previousSigningKeyFile,
        secretNamespaces = [],
        quota,
      }): ParsedTenancy => ({
        isAskedFor: enabled === true,
        config:
          enabled === false
            ? null
            : {
                quota,
                secretNamespaces,
                signingKeys: [signingKeyFile, previousSigningKeyFile].filter((key) => key !== undefined),
              },
      }),
    );
}

/** What `offhook keygen` makes; also for a key that was written to a file by Offhook itself. */
export function tenancyKey(text: string): ParsedSecret<Uint8Array> {
  try {
    const secret = parseSigningSecret(text);
    if (secret.kind === 'v1' && secret.key.length >= LEAST_KEY_BYTES) return { value: secret.key };
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
  }
  return {
    fault: `expected whsec_ and base64 of at least ${LEAST_KEY_BYTES} random bytes, as \`offhook keygen\` makes`,
  };
}
