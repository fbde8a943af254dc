import { generateSecret } from '../../protocol/signature/keygen.ts';
import { defineCommand } from '../command/command.ts';
import { EXIT, MISTAKE } from '../command/exit-code.ts';
import { textValue, wordValue } from '../command/value-kinds.ts';
import { JSON_OBJECT } from '../options/json.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { writeSecretFile } from './write-secret-file.ts';

const ABOUT = `
Makes a signing secret (Standard Webhooks).

  v1    HMAC-SHA256: one secret (whsec_…) that the watcher and the receiver share.
  v1a   Ed25519: the watcher signs with the secret (whsk_…), the receiver verifies with the public
        key (whpk_…), which is no secret.

With --out the secret goes into a new file that only its owner can read, and is not shown. Without it
the secret is printed alone on standard output. With v1a the public key goes to standard error.
`;

export const keygenCommand = defineCommand({
  name: 'keygen',
  summary: 'make a signing secret',
  about: ABOUT,
  options: {
    out: {
      placeholder: 'FILE',
      kind: textValue,
      help: 'write the secret there (mode 0600); a file that exists is never overwritten',
    },
    type: { placeholder: 'TYPE', kind: wordValue(['v1', 'v1a']), help: 'v1 or v1a', default: 'v1' },
    json: {
      ...JSON_OBJECT,
      help: 'both keys as one JSON object on standard output',
      conflicts: { out: 'it prints the secret, and --out is there to keep it from being shown' },
    },
  },
  examples: ['offhook keygen --out bridge.secret'],
  exitCodes: { 0: '', 1: 'when FILE exists already or cannot be written', 2: MISTAKE },
  async run({ out, type, json }, { stdout, stderr }) {
    const keys = await generateSecret(type);
    if (json) {
      stdout.write(jsonLine(keys));
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
});
