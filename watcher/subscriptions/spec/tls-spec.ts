import { section } from '../../../settings/section.ts';
import { secretName, secretReference } from './secret-reference.ts';

/** For receivers with certificates of their own authority, or that ask for one. */
export function tlsSpec() {
  return section({
    caSecretRef: secretReference('PEM bundle used instead of the public roots.').optional(),
    clientCertificate: section({ secretName: secretName().describe('A kubernetes.io/tls Secret.') })
      .optional()
      .describe('What is shown to a receiver that asks for a certificate.'),
  }).describe('TLS of the connection.');
}
