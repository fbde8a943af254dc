import { readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { startProbe } from '../../functions/support/probe.ts';
import { postStart } from '../../functions/support/sample-events.ts';
import { deliver, SECRET } from '../../functions/support/signed-post.ts';
import { startReceiver } from '../../support/receiver.ts';
import { createTestAuthority, type TestCertificate } from '../../support/test-certificates.ts';
import { until } from '../../support/until.ts';
import { receive, urlOf, writeProbeConfig, writeReceiverConfig } from '../support/receive-process.ts';

describe('offhook receive', () => {
  it('says where it is, takes an event, runs the shipped handlers, and shows the page to who has the token', async () => {
    const receiver = receive(writeReceiverConfig('page: { tokenEnv: SIGNING_SECRET }\n'));
    const url = await urlOf(receiver);
    expect(receiver.stderr()).toMatch(/"dataDir":"\/.+\/data","handlers":"audit, /);
    expect(receiver.stderr()).not.toContain(SECRET);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await deliver(url, postStart({ key: 'first' }))).status).toBe(202);
    expect((await deliver(url, postStart({ key: 'first' }))).status).toBe(200);
    await receiver.says(/"handler":"audit".*"outcome":"completed"/);
    expect((await fetch(url)).status).toBe(401);
    const page = await fetch(url, { headers: { authorization: `Bearer ${SECRET}` } });
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('web-1')]);
  });

  it('runs handlers of a module of the user, with variables and secrets', async () => {
    const probe = await startProbe();
    const receiver = receive(writeProbeConfig(probe.url));
    const url = await urlOf(receiver);
    expect(receiver.stderr()).toContain('"handlers":"probe"');
    await deliver(url, postStart({ key: 'one' }));
    await probe.called('/web-1', 1);
    expect(probe.requests('/web-1')[0]?.headers['x-secret']).toBe('secret of the probe');
  });

  it('signs what the audit trail holds when it is stopped', async () => {
    const setup = writeReceiverConfig();
    const checkpoints = join(setup.directory, 'checkpoints');
    const care = `audit: { checkpoints: { directory: ${checkpoints}, signingSecretEnv: SIGNING_SECRET } }\n`;
    writeFileSync(
      setup.file,
      `${care}signingSecretEnv: SIGNING_SECRET\ndataDir: ${setup.directory}/data\nlisten: { port: 0 }\n`,
    );
    const receiver = receive(setup);
    await deliver(await urlOf(receiver), postStart({ key: 'kept' }));
    await receiver.says(/"handler":"audit".*"outcome":"completed"/);
    receiver.kill('SIGTERM');
    expect((await receiver.ended()).code).toBe(0);
    const [stream = ''] = readdirSync(checkpoints);
    expect(readdirSync(join(checkpoints, stream))).toEqual([expect.stringMatching(/^0{14}\d{2}\.json$/)]);
  });
});

describe('checkpoints', () => {
  it('go to a bucket, signed as AWS wants it', async () => {
    const bucket = await startReceiver();
    bucket.answer((response, { method }) =>
      response.writeHead(200).end(method === 'GET' ? '<ListBucketResult></ListBucketResult>' : ''),
    );
    const setup = writeReceiverConfig(`audit:
  checkpoints:
    signingSecretEnv: SIGNING_SECRET
    s3: { bucketUrl: "${new URL(bucket.url).origin}/audit", region: eu-central-1, accessKeyId: AKIA, secretAccessKeyEnv: S3_SECRET }
`);
    const receiver = receive({ ...setup, env: { ...setup.env, S3_SECRET: 'secret-of-the-bucket' } });
    await deliver(await urlOf(receiver), postStart({ key: 'kept' }));
    await receiver.says(/"handler":"audit".*"outcome":"completed"/);
    receiver.kill('SIGTERM');
    const { code, stderr } = await receiver.ended();
    const put = bucket.requests.find(({ method }) => method === 'PUT');
    expect({ code, path: put?.path }).toEqual({
      code: 0,
      path: expect.stringMatching(/^\/audit\/urn_3aoffhook_3acluster_3ac0ffee\/\d{16}\.json$/),
    });
    expect(put?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIA\/\d{8}\/eu-central-1\/s3\//,
    );
    expect(stderr).not.toContain('secret-of-the-bucket');
  });
});

describe('SIGTERM', () => {
  it('lets the handler in work end, takes nothing new, and what waited runs after the next start', async () => {
    const probe = await startProbe({ '/first': ['hang'] });
    const setup = writeProbeConfig(probe.url, 'limits: { concurrency: 1 }\n');
    const first = receive(setup);
    const url = await urlOf(first);
    await deliver(url, postStart({ key: 'first', pod: 'first' }));
    await probe.called('/first', 1);
    expect((await deliver(url, postStart({ key: 'second', pod: 'second' }))).status).toBe(202);
    first.kill('SIGTERM');
    await until('the end of listening', () => refused(url));
    expect(probe.attempts('/second')).toEqual([]);
    probe.release();
    expect(await first.ended()).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('"outcome":"completed"'),
    });

    receive(setup);
    await probe.called('/second', 1);
    expect(probe.attempts('/first')).toEqual([1]);
  });

  it('does not wait for who follows the page', async () => {
    const receiver = receive(writeReceiverConfig('page: { open: true }\n'));
    const url = await urlOf(receiver);
    const view = /id="first-view">(.+?)<\/script>/.exec(await (await fetch(url)).text())?.[1] ?? '{}';
    const live = await fetch(`${url}/live?after=${JSON.parse(view).cursor}`);
    expect([live.status, live.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('event-stream'),
    ]);
    const ended = live.text().catch(() => 'cut off');
    receiver.kill('SIGTERM');
    expect((await receiver.ended()).code).toBe(0);
    // Whoever is waited for until the deadline of stopping is cut off.
    expect(await ended).not.toBe('cut off');
  });
});

describe('TLS', () => {
  it('is spoken with the certificate of the files, and with the new one once they are replaced', async () => {
    const authority = createTestAuthority('test');
    const [old, renewed] = [authority.issue('old'), authority.issue('renewed')];
    const setup = writeReceiverConfig();
    const [certFile, keyFile] = [join(setup.directory, 'tls.crt'), join(setup.directory, 'tls.key')];
    const write = ({ cert, key }: TestCertificate) => {
      writeFileSync(certFile, cert);
      writeFileSync(keyFile, key);
    };
    write(old);
    writeFileSync(
      setup.file,
      `listen: { port: 0, tls: { certFile: ${certFile}, keyFile: ${keyFile} } }
signingSecretEnv: SIGNING_SECRET
dataDir: ${setup.directory}/data
`,
    );
    const receiver = receive(setup);
    const url = await urlOf(receiver);
    expect(url).toMatch(/^https:/);
    expect(await health(url, authority.cert)).toEqual({ status: 200, subject: 'old' });

    // Not a pair: the old one stays.
    writeFileSync(certFile, renewed.cert);
    await receiver.says(/is not the key of the certificate.*the TLS files have changed and cannot be used/);
    expect(await health(url, authority.cert)).toMatchObject({ subject: 'old' });
    write(renewed);
    await receiver.says(/the TLS files have changed and are in use/);
    expect(await health(url, authority.cert)).toEqual({ status: 200, subject: 'renewed' });
  });
});

/** Whether nobody listens any more; connections that exist are not asked. */
function refused(url: string): boolean {
  void fetch(url).catch(() => closed.add(url));
  return closed.has(url);
}
const closed = new Set<string>();

/** What a client that trusts this authority alone gets, over a connection of its own. */
function health(url: string, ca: string): Promise<{ status: number; subject: string }> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}/healthz`, { ca, agent: false }, (response) => {
      const socket = response.socket;
      const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : '';
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode ?? 0, subject: String(subject) }));
    });
    call.on('error', reject).end();
  });
}
