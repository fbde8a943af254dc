import { createSecureContext } from 'node:tls';
import { readBounded } from '../../../../settings/files/read-bounded.ts';
import { type ReadFile, readText } from '../../../../settings/files/read-text.ts';

/** Paths of PEM files: the certificate with its chain, and its private key. */
export type TlsFiles = { readonly certFile: string; readonly keyFile: string };

/** What the two files hold. */
export type TlsPair = { readonly cert: string; readonly key: string };

type ReadTls =
  | { readonly kind: 'pair'; readonly pair: TlsPair }
  | { readonly kind: 'unusable'; readonly key: keyof TlsFiles; readonly message: string };

const LARGEST_PEM_BYTES = 1024 * 1024;

/** Reads both files and makes sure that they can be used together; `key` names the one at fault. */
export function readTlsFiles({ certFile, keyFile }: TlsFiles, readFile: ReadFile): ReadTls {
  const cert = readText(certFile, readFile, LARGEST_PEM_BYTES);
  if (cert.kind === 'unreadable') return { kind: 'unusable', key: 'certFile', message: cert.message };
  const key = readText(keyFile, readFile, LARGEST_PEM_BYTES);
  if (key.kind === 'unreadable') return { kind: 'unusable', key: 'keyFile', message: key.message };
  const pair = { cert: cert.text, key: key.text };
  return (
    unusable('certFile', 'holds no certificate in PEM that OpenSSL can read', { cert: pair.cert }) ??
    unusable('keyFile', 'holds no private key in PEM without a passphrase', { key: pair.key }) ??
    unusable('keyFile', 'is not the key of the certificate', pair) ?? { kind: 'pair', pair }
  );
}

/** @throws Error naming the file at fault, when they cannot be read or used together. */
export function requireTlsPair(files: TlsFiles): TlsPair {
  const read = readTlsFiles(files, readBounded);
  if (read.kind === 'pair') return read.pair;
  throw new Error(`tls.${read.key} ${files[read.key]}: ${read.message}`);
}

/** OpenSSL's own words would say less, and could quote the file. */
function unusable(key: keyof TlsFiles, message: string, pair: Partial<TlsPair>): ReadTls | undefined {
  try {
    createSecureContext(pair);
    return undefined;
  } catch {
    return { kind: 'unusable', key, message };
  }
}
