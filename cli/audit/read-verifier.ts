import { SecretError } from '../../protocol/signature/secret-error.ts';
import { createVerifier, type Verifier } from '../../protocol/signature/verify.ts';
import { type CommandInput, stringOption } from '../terminal/command.ts';
import { AuditSourceError } from './audit-source.ts';
import { readWords } from './with-audit-source.ts';

/**
 * The verifier for the keys in the file that an option names; null without the option.
 *
 * @throws AuditSourceError when it cannot be read, or holds something else than verification keys.
 */
export async function readVerifier(input: CommandInput, option: string): Promise<Verifier | null> {
  const file = stringOption(input, option);
  if (file === undefined) return null;
  try {
    return await createVerifier({ keys: readWords(`--${option}`, file) });
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new AuditSourceError(`--${option}: ${error.message}`, { cause: error });
  }
}
