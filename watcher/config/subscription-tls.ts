import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Secret } from '../../settings/secret.ts';
import type { ParsedSecret, SecretSources } from '../../settings/secret-source.ts';
import { section } from '../../settings/section.ts';

/** A bundle of all public authorities is about 220 KiB. */
const LARGEST_BUNDLE_BYTES = 512 * 1024;
/** A certificate and those that lead to its authority. */
const LARGEST_CERTIFICATE_BYTES = 64 * 1024;

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** PEM; `key` belongs to the first certificate of `cert`. */
export type ConfiguredTls = {
  readonly ca?: string;
  readonly client?: { readonly cert: string; readonly key: Secret<string> };
};

/** The key `tls` of a webhook: whom it trusts, and what it shows of itself. The files are read here. */
export function subscriptionTls(sources: SecretSources) {
  const clientCertificate = section(
    {
      certFile: sources.openFile(LARGEST_CERTIFICATE_BYTES, readCertificates),
      keyFile: sources.file(readPrivateKey),
    },
    { cert: 'certFile', certificate: 'certFile', key: 'keyFile' },
  ).superRefine(({ certFile, keyFile }, context) => {
    if (!belongTogether(certFile, keyFile.reveal())) {
      const message = 'is not the key of the first certificate in certFile';
      context.addIssue({ code: 'custom', path: ['keyFile'], message });
    }
  });
  const shape = {
    caFile: sources.openFile(LARGEST_BUNDLE_BYTES, readCertificates).optional(),
    clientCertificate: clientCertificate.optional(),
  };
  return section(shape, {
    ca: 'caFile',
    caBundle: 'caFile',
    client: 'clientCertificate',
    cert: 'clientCertificate',
  })
    .refine(({ caFile, clientCertificate: client }) => caFile !== undefined || client !== undefined, {
      error: 'is empty; name caFile or clientCertificate, or leave it out',
    })
    .transform(
      ({ caFile: ca, clientCertificate: client }): ConfiguredTls => ({
        ...(ca && { ca }),
        ...(client && { client: { cert: client.certFile, key: client.keyFile } }),
      }),
    )
    .meta({ minProperties: 1 });
}

/** PEM of one certificate at least. */
export function readCertificates(text: string): ParsedSecret<string> {
  const blocks = text.match(CERTIFICATE) ?? [];
  if (blocks.length === 0)
    return { fault: 'holds no certificate: expected PEM (-----BEGIN CERTIFICATE-----)' };
  const broken = blocks.findIndex((block) => attempt(() => new X509Certificate(block)) === null);
  return broken < 0 ? { value: text } : { fault: `certificate ${broken + 1} in it cannot be read` };
}

/** PEM of a key without a passphrase. */
export function readPrivateKey(text: string): ParsedSecret<string> {
  if (/ENCRYPTED/.test(text)) return { fault: 'the key has a passphrase; give one without' };
  return attempt(() => createPrivateKey(text)) === null
    ? { fault: 'holds no private key: expected PEM (-----BEGIN PRIVATE KEY-----)' }
    : { value: text };
}

/** Whether a key is that of the first certificate. */
export function belongTogether(cert: string, key: string): boolean {
  const [first = ''] = cert.match(CERTIFICATE) ?? [];
  const owner: KeyObject | null = attempt(() => createPrivateKey(key));
  return owner !== null && new X509Certificate(first).checkPrivateKey(owner);
}

/** What OpenSSL says of a key or a certificate can quote it. */
function attempt<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}
