import { encodeBase64 } from '../../../protocol/bytes/base64.ts';
import { ed25519PublicKey } from '../../../protocol/signature/ed25519.ts';
import { nameSecret, SecretError } from '../../../protocol/signature/secret-error.ts';
import { createSigner, type Signer } from '../../../protocol/signature/sign.ts';
import { parseSigningSecret, parseVerificationKey } from '../../../protocol/signature/signing-secret.ts';
import { createVerifier, type Verifier } from '../../../protocol/signature/verify.ts';

/** The key that signs checkpoints, and those that may have signed the ones that are there already. */
export type CheckpointKeys = { readonly signer: Signer; readonly verifier: Verifier };

/** The current one and those before it. */
const MOST_KEYS = 8;

/**
 * Takes the secret of the checkpoints apart: `whsk_…` or `whsec_…`, which signs, and behind it, after white space, former
 * ones, of which `whpk_…` is enough. Only what these have signed is continued.
 *
 * @throws SecretError naming the key by its position, never quoting it.
 */
export function readCheckpointSecret(text: string): readonly string[] {
  const keys = text.split(/\s+/).filter((key) => key !== '');
  if (keys.length < 1 || keys.length > MOST_KEYS) {
    throw new SecretError(`expected 1 to ${MOST_KEYS} keys of checkpoints, got ${keys.length}`);
  }
  for (const [index, key] of keys.entries()) {
    try {
      if (index > 0 && key.startsWith('whpk_')) parseVerificationKey(key);
      else parseSigningSecret(key);
    } catch (error) {
      throw nameSecret(`key ${index + 1} of ${keys.length}`, error);
    }
  }
  return keys;
}

/** @throws SecretError as {@link readCheckpointSecret} does. */
export async function createCheckpointKeys(text: string): Promise<CheckpointKeys> {
  const keys = readCheckpointSecret(text);
  return {
    signer: await createSigner(keys.slice(0, 1)),
    verifier: await createVerifier({ keys: await Promise.all(keys.map(verificationKey)) }),
  };
}

async function verificationKey(text: string): Promise<string> {
  if (text.startsWith('whpk_')) return text;
  const secret = parseSigningSecret(text);
  return secret.kind === 'v1' ? text : `whpk_${encodeBase64(await ed25519PublicKey(secret.seed))}`;
}
