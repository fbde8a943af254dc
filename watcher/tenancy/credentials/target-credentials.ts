import type { SigningSecret } from '../../../protocol/signature/signing-secret.ts';
import type { Secret } from '../../../settings/secret.ts';
import type { ConfiguredTls } from '../../config/subscription-tls.ts';

/** What a spec refers to in Secrets, read and checked. Only what it refers to is there. */
export type TargetCredentials = {
  /** The whole target. */
  readonly url?: Secret<string>;
  /** The current one first. */
  readonly signing: readonly Secret<SigningSecret>[];
  readonly bearerToken?: Secret<string>;
  readonly clientSecret?: Secret<string>;
  readonly tls?: ConfiguredTls;
  /** By name of the header. */
  readonly headers: ReadonlyMap<string, Secret<string>>;
};

export const NO_CREDENTIALS: TargetCredentials = { signing: [], headers: new Map() };
