import { SecretError } from '../../protocol/signature/secret-error.ts';
import { createSigner, type Signer } from '../../protocol/signature/sign.ts';
import { parseSigningSecret, type SigningSecret } from '../../protocol/signature/signing-secret.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import { readText } from '../../settings/files/read-text.ts';
import type { Environment } from '../../settings/overrides.ts';
import { UsageError } from '../command/usage-error.ts';

const LARGEST_FILE_BYTES = 16 * 1024;
const DEFAULT_VARIABLE = 'OFFHOOK_SIGNING_SECRET';

/** Where the secret is: a file, or the name of a variable. */
export type SecretPlace = {
  readonly signingSecretFile: string | undefined;
  readonly signingSecretEnv: string | undefined;
};

/** What signs a message, as the texts of its secrets, and where they were found. */
type FoundSecrets = { readonly place: string; readonly secrets: readonly string[] };

/**
 * What signs with the secret, or with the several that are there while one is replaced.
 *
 * @throws UsageError when there is none, or it cannot sign; it names the place and never the text.
 */
export async function readSigner(where: SecretPlace, env: Environment): Promise<Signer> {
  const found = findSecrets(where, env);
  if (found === null)
    throw new UsageError(
      `expected --signing-secret-file FILE, or the secret in ${DEFAULT_VARIABLE}: the watcher's, which "offhook keygen" makes`,
    );
  return await naming(found.place, () => createSigner(found.secrets));
}

/**
 * The same as a watcher's subscription has them.
 *
 * @returns null when no option names a place and the variable is not set.
 * @throws UsageError when they cannot sign.
 */
export async function readSigningSecrets(
  where: SecretPlace,
  env: Environment,
): Promise<{ readonly place: string; readonly secrets: readonly SigningSecret[] } | null> {
  const found = findSecrets(where, env);
  if (found === null) return null;
  const { place, secrets } = found;
  // Their number, and that public halves belong to their seeds.
  await naming(place, () => createSigner(secrets));
  return { place, secrets: secrets.map(parseSigningSecret) };
}

function findSecrets(
  { signingSecretFile: file, signingSecretEnv }: SecretPlace,
  env: Environment,
): FoundSecrets | null {
  const variable = signingSecretEnv ?? DEFAULT_VARIABLE;
  const place = file === undefined ? `variable ${variable}` : '--signing-secret-file';
  const text = file === undefined ? env[variable] : readSecretText('--signing-secret-file', file);
  if (text === undefined && signingSecretEnv === undefined) return null;
  const secrets = (text ?? '').split(/[\s,]+/).filter((word) => word !== '');
  if (secrets.length === 0)
    throw new UsageError(`${place}: ${text === undefined ? 'is not set' : 'is empty'}`);
  return { place, secrets };
}

async function naming<T>(place: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof SecretError) throw new UsageError(`${place}: ${error.message}`);
    throw error;
  }
}

/** @throws UsageError naming the option; a path can be a secret that was put there by mistake. */
export function readSecretText(option: string, path: string): string {
  const read = readText(path, readBounded, LARGEST_FILE_BYTES);
  if (read.kind === 'unreadable') throw new UsageError(`${option}: ${read.message}`);
  return read.text.trim();
}
