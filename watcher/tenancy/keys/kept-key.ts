import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBase64 } from '../../../protocol/bytes/base64.ts';
import { isThere } from '../../../settings/files/is-there.ts';
import { makePrivate } from '../../../settings/files/private-file.ts';
import { type ReadFile, readText } from '../../../settings/files/read-text.ts';
import { Secret } from '../../../settings/secret.ts';
import { tenancyKey } from '../../config/tenancy-schema.ts';
import type { TenancyKey } from './namespace-key.ts';

const FILE = 'tenancy-key';
const KEY_BYTES = 32;
const LARGEST_BYTES = 1_024;

/**
 * The watcher's own key, beside its journal: made at the first start, for whoever configures none. Only its owner can read it. It
 * has to outlive the Pod, as the journal has: with another key, every namespace has another public key.
 *
 * @throws Error saying what is wrong with the file; never what is in it.
 */
export function keptTenancyKey(
  directory: string,
  deps: { readonly random: (bytes: number) => Uint8Array; readonly readFile: ReadFile },
): Secret<TenancyKey> {
  const file = join(directory, FILE);
  if (isThere(file) === 'missing') {
    // Whole or not at all: a key that a crash cut short would be refused for ever.
    const draft = `${file}.new`;
    makePrivate(draft);
    writeFileSync(draft, `whsec_${encodeBase64(deps.random(KEY_BYTES))}\n`, { flush: true });
    renameSync(draft, file);
  }
  const read = readText(file, deps.readFile, LARGEST_BYTES);
  const key = read.kind === 'text' ? tenancyKey(read.text.trim()) : { fault: read.message };
  if ('value' in key) return new Secret(key.value);
  throw new Error(
    `${file}: ${key.fault}; remove the file for a new key, and tell receivers their new public keys`,
  );
}
