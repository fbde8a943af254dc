import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeCertificate } from '../../../cli/doctor/subscriptions/judge-certificate.ts';
import { startHttpProxy } from '../../support/http-proxy.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook } from '../../support/offhook-process.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createTestAuthority } from '../../support/test-certificates.ts';
import { writeWatchConfig } from '../../support/watch-config.ts';
import { readReport, runDoctor, startCluster } from './support/run-doctor.ts';

const DAY_MS = 24 * 3600 * 1000;
const of = (step: string) => `subscriptions.bridge.${step}`;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS + 60_000);
const dayOf = (date: Date) => date.toISOString().slice(0, 10);
/** As ASN.1 writes a GeneralizedTime. */
const generalized = (date: Date) => `${date.toISOString().replace(/\.\d+Z|[-:T]/g, '')}Z`;

/** The report about a receiver with that certificate, whose authority is trusted. A process: Node reads CAs once. */
async function reportOf(certified: { name?: string; until?: Date; proxy?: string }) {
  const { name = 'localhost', until, proxy } = certified;
  const authority = createTestAuthority('Test CA');
  const tls = authority.issue(name, until && generalized(until));
  const receiver = await startReceiver({ tls });
  receiver.answer(401);
  const directory = temporaryDirectory();
  const ca = join(directory, 'ca');
  writeFileSync(ca, authority.cert);
  const url = receiver.url.replace('127.0.0.1', 'localhost');
  const subscription = proxy === undefined ? url : `${url}\n    proxy: { env: PROXY }`;
  const { file, env } = writeWatchConfig(directory, { receivers: { bridge: subscription } });
  const { url: server } = await startCluster();
  const args = ['doctor', '--json', '--config', file, '--server', server];
  const trusting = { ...env, NODE_EXTRA_CA_CERTS: ca, ...(proxy && { PROXY: proxy }) };
  const report = readReport(await runOffhook(args, { env: trusting }));
  return { code: report.code, tls: report.check(of('tls')), report, receiver };
}

describe('the certificate of a receiver', { timeout: 180_000 }, () => {
  it('is told with whom it is for and until when, for people and for programs', async () => {
    const until = inDays(90);
    const { code, tls } = await reportOf({ until });
    expect(code).toBe(0);
    expect(tls).toMatchObject({
      status: 'ok',
      message: `the certificate of 127.0.0.1, localhost is valid until ${dayOf(until)} (90 days)`,
      details: {
        certificate: {
          ...{ names: ['127.0.0.1', 'localhost'], issuer: 'Test CA', from: '2020-01-01' },
          ...{ until: dayOf(until), daysLeft: 90 },
        },
      },
    });
  });

  it('is a warning from fourteen days before its end, by way of a proxy, too', async () => {
    const proxy = await startHttpProxy({ user: 'me', password: 'pass-word' });
    for (const way of [{}, { proxy: proxy.urlWithCredentials }]) {
      const until = inDays(13);
      const { code, tls, report } = await reportOf({ until, ...way });
      expect(code).toBe(0);
      expect(tls).toMatchObject({
        status: 'warning',
        message: `the certificate of 127.0.0.1, localhost, issued by Test CA, ends on ${dayOf(until)}, in 13 days`,
        hints: [expect.stringContaining('Renew it')],
        details: { certificate: { daysLeft: 13 } },
      });
      expect(report.check(of('signature')).status).toBe('ok');
      expect(report.output).not.toContain('pass-word');
    }
    expect(proxy.asked).toHaveLength(2);
  });

  it.each([
    ['has expired', { until: new Date('2021-01-01') }, 'CERT_HAS_EXPIRED', '2021-01-01'],
    ['is of another host', { name: 'elsewhere.example' }, 'ERR_TLS_CERT_ALTNAME_INVALID', '2120-01-01'],
  ])('that %s is a failure with its names and dates, and nothing is sent', async (_, given, code, until) => {
    const { tls, report, receiver } = await reportOf(given);
    expect(report.check(of('connection')).status).toBe('ok');
    expect(tls).toMatchObject({
      status: 'failed',
      message:
        `tls ${code}: the certificate of 127.0.0.1, ${'name' in given ? given.name : 'localhost'}, ` +
        `issued by Test CA, is for 2020-01-01 to ${until}`,
      details: { certificate: { until } },
    });
    expect(report.ids('skipped')).toEqual([of('answer'), of('signature')]);
    expect(receiver.requests).toHaveLength(0);
  });

  it('that nobody here trusts is a failure that says how to trust it', async () => {
    const receiver = await startReceiver({ tls: createTestAuthority('Test CA').issue('localhost') });
    const report = await runDoctor({ receivers: { bridge: receiver.url } });
    const { status, message, hints } = report.check(of('tls'));
    expect({ status, hints }).toEqual({
      status: 'failed',
      hints: [expect.stringContaining('NODE_EXTRA_CA_CERTS')],
    });
    expect(message).toContain('issued by Test CA');
  });

  it.each([
    [15 * DAY_MS, 'ok', /valid until 2026-01-16 \(15 days\)/],
    [14 * DAY_MS, 'ok', /valid until 2026-01-15 \(14 days\)/],
    [14 * DAY_MS - 1, 'warning', /in 13 days/],
    [DAY_MS, 'warning', /in one day/],
    [DAY_MS - 1, 'warning', /in less than a day/],
  ])('that ends in %i ms is %s', (leftMs, status, message) => {
    const nowMs = Date.UTC(2026, 0, 1);
    const shown = { names: ['a.example'], issuer: 'CA', fromMs: 0, untilMs: nowMs + leftMs };
    expect(judgeCertificate(null, shown, nowMs)).toMatchObject({
      status,
      message: expect.stringMatching(message),
    });
  });

  it('that could not be looked at is judged by the attempt alone', () => {
    expect(judgeCertificate(null, null, 0).status).toBe('ok');
    expect(judgeCertificate({ reason: 'tls EPROTO', hints: ['x'] }, null, 0)).toEqual({
      ...{ status: 'failed', message: 'tls EPROTO', hints: ['x'] },
    });
  });
});
