import { generateSecret } from '../protocol/signature/keygen.ts';
import { writeSecretFile } from './keygen/write-secret-file.ts';
import { type Command, EXIT, stringOption, UsageError } from './terminal/command.ts';

const HELP = `Usage: offhook keygen [--type v1|v1a] [--out FILE]

Makes a signing secret (Standard Webhooks).

  v1    HMAC-SHA256: one secret (whsec_…) that the watcher and the receiver share. The default.
  v1a   Ed25519: the watcher signs with the secret (whsk_…), the receiver verifies with the public
        key (whpk_…), which is no secret.

With --out the secret goes into a new file that only its owner can read, and is not shown:

  offhook keygen --out bridge.secret

Without it the secret is printed alone on standard output. With v1a the public key goes to standard
error.

Options:
  --out FILE   write the secret there (mode 0600); a file that exists is never overwritten
  --type TYPE  v1 (default) or v1a
  --json       both keys as one JSON object on standard output
  -h, --help   this text

Exit code: 0; 1 when FILE exists already or cannot be written; 2 for a mistake on the command line.
`;

export const keygenCommand: Command = {
  help: HELP,
  options: { out: { type: 'string' }, type: { type: 'string' }, json: { type: 'boolean' } },
  operands: 0,
  async run(input, { stdout, stderr }) {
    const type = stringOption(input, 'type') ?? 'v1';
    if (type !== 'v1' && type !== 'v1a') throw new UsageError(`--type must be v1 or v1a, not "${type}"`);
    const out = stringOption(input, 'out');
    if (out !== undefined && input.options.json)
      throw new UsageError(
        '--json prints the secret, and --out is there to keep it from being shown; give one of them',
      );
    const keys = await generateSecret(type);
    if (input.options.json) {
      stdout.write(`${JSON.stringify(keys)}\n`);
      return EXIT.ok;
    }
    if (out === undefined) {
      stdout.write(`${keys.secret}\n`);
    } else {
      const failure = writeSecretFile(out, keys.secret);
      if (failure !== null) {
        stderr.write(`offhook keygen: ${out}: ${failure}\n`);
        return EXIT.failed;
      }
      stderr.write(`the secret is in ${out}\n`);
    }
    if (keys.publicKey) stderr.write(`public key for the receiver: ${keys.publicKey}\n`);
    return EXIT.ok;
  },
};
