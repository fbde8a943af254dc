import { describe, expect, test } from 'vitest';
import { deliveryTarget } from '../../../watcher/run/delivery-target.ts';
import { createTestAuthority } from '../../support/test-certificates.ts';
import { faultLines, loadOk } from './load.ts';

const authority = createTestAuthority('Test CA');
const client = authority.issue('watcher');
const files = { 'ca.pem': authority.cert, 'tls.crt': client.cert, 'tls.key': client.key };
const BOTH = 'tls: { caFile: ca.pem, clientCertificate: { certFile: tls.crt, keyFile: tls.key } }';

const yaml = (rest: string, url = 'https://a.example') =>
  `subscriptions: [{ name: a, url: "${url}", allowHttp: true, signingSecretFile: bridge.secret, ${rest} }]`;

describe('tls of a subscription', () => {
  test('reaches the deliveries, and shows the key nowhere else', () => {
    const { subscriptions } = loadOk(yaml(BOTH), { files });
    const [subscription] = subscriptions;
    if (subscription === undefined) throw new Error('no subscription');
    expect(deliveryTarget(subscription)).toMatchObject({
      tls: { ca: authority.cert, cert: client.cert, key: client.key.trim() },
    });
    expect(JSON.stringify(subscriptions)).not.toContain('PRIVATE KEY');
    const [trusting] = loadOk(yaml('tls: { caFile: ca.pem }'), { files }).subscriptions;
    expect(trusting?.target).toMatchObject({ tls: { ca: authority.cert } });
  });

  const other = authority.issue('other');
  test.each<[string, string, Record<string, string | Uint8Array>, string]>([
    ['no such file', BOTH, { 'ca.pem': '' }, 'tls.caFile: ca.pem: holds no certificate: expected PEM'],
    ['missing', 'tls: { caFile: nowhere.pem }', {}, 'tls.caFile: nowhere.pem: no such file'],
    [
      'broken',
      BOTH,
      { 'ca.pem': authority.cert.replace(/MII.{9}/, 'MIIAAAAAAAAA') },
      'tls.caFile: ca.pem: certificate 1 in it cannot be read',
    ],
    ['huge', BOTH, { 'ca.pem': 'x'.repeat(512 * 1024 + 1) }, 'tls.caFile: ca.pem: is larger than 512 KiB'],
    [
      'no key',
      BOTH,
      { 'tls.key': client.cert },
      'tls.clientCertificate.keyFile: holds no private key: expected PEM',
    ],
    [
      'passphrase',
      BOTH,
      { 'tls.key': '-----BEGIN ENCRYPTED PRIVATE KEY-----' },
      'tls.clientCertificate.keyFile: the key has a passphrase',
    ],
    [
      'of another',
      BOTH,
      { 'tls.key': other.key },
      'tls.clientCertificate.keyFile: is not the key of the first certificate',
    ],
    ['half', 'tls: { clientCertificate: { certFile: tls.crt } }', {}, 'tls.clientCertificate.keyFile: '],
    ['empty', 'tls: {}', {}, 'tls: is empty; name caFile or clientCertificate'],
    ['another word', 'tls: { ca: ca.pem }', {}, 'tls.ca: unknown key; did you mean "caFile"?'],
  ])('%s: a fault with its key, and nothing of what is in the file', (_, rest, changed, message) => {
    const lines = faultLines(yaml(rest), { files: { ...files, ...changed } });
    expect(lines.join('\n')).toContain(`subscriptions[0].${message}`);
    expect(lines.join('\n')).not.toMatch(/MI[A-Z]/);
  });

  test('means nothing without TLS, and nothing for an event bus', () => {
    const [http = ''] = faultLines(yaml(BOTH, 'http://a.example'), { files });
    expect(http).toContain('subscriptions[0].tls: the URL is plain http');
    const [bus = ''] = faultLines(
      'subscriptions: [{ name: a, eventBridge: { busName: b }, tls: { caFile: ca.pem } }]',
      { files },
    );
    expect(bus).toContain('subscriptions[0].tls: belongs to webhooks');
  });
});
