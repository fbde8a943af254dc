import { SecretError } from '../../protocol/signature/secret-error.ts';
import { createVerifier, type Verifier } from '../../protocol/signature/verify.ts';
import { AuditSourceError } from './audit-source.ts';
import { readWords } from './with-audit-source.ts';

/**
 * The verifier for the keys in a file; null without one.
 *
 * @param option names the file: `--checkpoint-secret-file`.
 *
 * @throws AuditSourceError when it cannot be read, or holds something else than verification keys.
 */
export async function readVerifier(option: string, file: string | undefined): Promise<Verifier | null> {
  if (file === undefined) return null;
  try {
    return await createVerifier({ keys: readWords(option, file) });
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new AuditSourceError(`${option}: ${error.message}`, { cause: error });
  }
}
