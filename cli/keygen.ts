import { generateSecret } from '../protocol/signature/keygen.ts';
import { type Command, EXIT, stringOption, UsageError } from './command.ts';

const HELP = `Usage: offhook keygen [--type v1|v1a]

Makes a signing secret (Standard Webhooks).

  v1    HMAC-SHA256: one secret (whsec_…) that the watcher and the receiver share. The default.
  v1a   Ed25519: the watcher signs with the secret (whsk_…), the receiver verifies with the public
        key (whpk_…), which is no secret.

The secret is printed alone on standard output, so that it can go straight into a file:

  offhook keygen > bridge.secret

With v1a the public key goes to standard error.

Options:
  --type TYPE  v1 (default) or v1a
  --json       both keys as one JSON object on standard output
  -h, --help   this text
`;

export const keygenCommand: Command = {
  help: HELP,
  options: { type: { type: 'string' }, json: { type: 'boolean' } },
  operands: 0,
  async run(input, { stdout, stderr }) {
    const type = stringOption(input, 'type') ?? 'v1';
    if (type !== 'v1' && type !== 'v1a') throw new UsageError(`--type must be v1 or v1a, not "${type}"`);
    const keys = await generateSecret(type);
    if (input.options.json) {
      stdout.write(`${JSON.stringify(keys)}\n`);
      return EXIT.ok;
    }
    stdout.write(`${keys.secret}\n`);
    if (keys.publicKey) stderr.write(`public key for the receiver: ${keys.publicKey}\n`);
    return EXIT.ok;
  },
};
