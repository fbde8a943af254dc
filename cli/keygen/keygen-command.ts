import { rmSync } from 'node:fs';
import { type GeneratedSecret, generateSecret } from '../../protocol/signature/keygen.ts';
import { defineCommand } from '../command/command.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT, MISTAKE } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { textValue, wordValue } from '../command/value-kinds.ts';
import { JSON_OBJECT } from '../options/json.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { FILE_MODE, writeNewFile } from './write-new-file.ts';

const ABOUT = `
Makes a signing secret (Standard Webhooks).

  v1    HMAC-SHA256: one secret (whsec_…) that the watcher and the receiver share.
  v1a   Ed25519: the watcher signs with the secret (whsk_…), the receiver verifies with the public
        key (whpk_…), which is no secret.

With --out the secret goes into a new file that only its owner can read, and is not shown; with
--public-out the public key of v1a goes into a new file, too. Without them the secret is printed alone on
standard output, and the public key on standard error.
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
    'public-out': {
      placeholder: 'FILE',
      kind: textValue,
      help: 'write the public key there (mode 0644); with --type v1a, and never over a file that exists',
    },
    type: { placeholder: 'TYPE', kind: wordValue(['v1', 'v1a']), help: 'v1 or v1a', default: 'v1' },
    json: {
      ...JSON_OBJECT,
      help: 'both keys as one JSON object on standard output',
      conflicts: {
        out: 'it prints the secret, and --out is there to keep it from being shown',
        'public-out': 'it prints both keys',
      },
    },
  },
  examples: [
    'offhook keygen --out bridge.secret',
    'offhook keygen --type v1a --out checkpoint.secret --public-out checkpoint.public',
  ],
  exitCodes: { 0: '', 1: 'when FILE exists already or cannot be written', 2: MISTAKE },
  async run({ out, publicOut, type, json }, io) {
    if (publicOut !== undefined && type === 'v1')
      throw new UsageError('--public-out goes with --type v1a: v1 has no public key');
    const keys = await generateSecret(type);
    if (json) {
      io.stdout.write(jsonLine(keys));
      return EXIT.ok;
    }
    return writeKeys(keys, { out, publicOut }, io);
  },
});

type Places = { readonly out: string | undefined; readonly publicOut: string | undefined };

/** Either both files are there in the end, or none. */
function writeKeys(
  { secret, publicKey }: GeneratedSecret,
  { out, publicOut }: Places,
  io: CommandIo,
): number {
  const { stdout, stderr } = io;
  if (publicOut !== undefined && publicKey !== undefined) {
    const failure = writeNewFile(publicOut, publicKey, FILE_MODE.public);
    if (failure !== null) return refuse(io, publicOut, failure);
  }
  if (out === undefined) stdout.write(`${secret}\n`);
  else {
    const failure = writeNewFile(out, secret, FILE_MODE.secret);
    if (failure !== null) {
      if (publicOut !== undefined) rmSync(publicOut, { force: true });
      return refuse(io, out, failure);
    }
    stderr.write(`the secret is in ${out}\n`);
  }
  if (publicOut !== undefined) stderr.write(`the public key for the receiver is in ${publicOut}\n`);
  else if (publicKey !== undefined) stderr.write(`public key for the receiver: ${publicKey}\n`);
  return EXIT.ok;
}

function refuse({ stderr }: CommandIo, file: string, failure: string): number {
  stderr.write(`offhook keygen: ${file}: ${failure}\n`);
  return EXIT.failed;
}
