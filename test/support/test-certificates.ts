import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** PEM texts, for tests that need TLS. */
export type TestCertificate = { readonly cert: string; readonly key: string };

const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME = [0x55, 0x04, 0x03];
const BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];

export type TestAuthority = TestCertificate & {
  /**
   * A certificate for 127.0.0.1, for `name` where that is a host name, and for clients.
   *
   * @param until the end of its time, as `20200102000000Z`; in a hundred years unless given.
   */
  issue(name: string, until?: string): TestCertificate;
};

/** A CA made on the spot (node:crypto can sign, but has nothing to write X.509 with). */
export function createTestAuthority(name: string): TestAuthority {
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const selfSigned = certificate({
    subject: name,
    issuer: name,
    isAuthority: true,
    key: ca.publicKey,
    by: ca.privateKey,
  });
  return {
    cert: selfSigned,
    key: pem(ca.privateKey),
    issue(subject, until) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const cert = certificate({
        subject,
        issuer: name,
        isAuthority: false,
        key: publicKey,
        by: ca.privateKey,
        ...(until !== undefined && { until }),
      });
      return { cert, key: pem(privateKey) };
    },
  };
}

type Request = {
  subject: string;
  issuer: string;
  isAuthority: boolean;
  key: KeyObject;
  by: KeyObject;
  until?: string;
};

/** @see RFC 5280, section 4.1 */
function certificate(request: Request): string {
  const { subject, issuer, isAuthority, key, by, until = '21200101000000Z' } = request;
  const algorithm = sequence(der(0x06, Buffer.from(ECDSA_WITH_SHA256)));
  const extension = isAuthority
    ? sequence(
        oid(BASIC_CONSTRAINTS),
        der(0x01, Buffer.from([0xff])),
        der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
      )
    : sequence(
        oid(SUBJECT_ALT_NAME),
        der(
          0x04,
          sequence(
            der(0x87, Buffer.from([127, 0, 0, 1])),
            der(0x82, Buffer.from(subject.replace(/[^a-z.]/gi, '-'))),
          ),
        ),
      );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([isAuthority ? 1 : 2])),
    algorithm,
    distinguishedName(issuer),
    sequence(time('20200101000000Z'), time(until)),
    distinguishedName(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = sign('sha256', body, by);
  const whole = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid(COMMON_NAME), der(0x0c, Buffer.from(name)))));
}

function time(generalized: string): Buffer {
  return der(0x18, Buffer.from(generalized));
}

function oid(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** Tag, length, value; lengths up to 65535. */
function der(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
