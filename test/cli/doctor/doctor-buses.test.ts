import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook } from '../../support/offhook-process.ts';
import { readReport, startCluster } from './support/run-doctor.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'very-secret' };
const ARN = 'arn:aws:events:eu-central-1:123456789012:event-bus/offhook';

/** Answers as AWS documents it; see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html */
async function startBus(answer: { status: number; body: unknown } | 'hang') {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    asked.push([request.headers['x-amz-target'], JSON.parse(text)]);
    if (answer === 'hang') return;
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function reportOf(endpoint: string, env: Record<string, string> = CREDENTIALS) {
  const directory = temporaryDirectory();
  const file = join(directory, 'offhook.yaml');
  writeFileSync(
    file,
    `subscriptions:
  - name: bus
    allowHttp: true
    eventBridge: { busName: offhook, region: eu-central-1, endpoint: '${endpoint}' }
dataDir: '${directory}/j'
journal: { allowVolatile: true }
`,
  );
  const { url: server } = await startCluster();
  const args = ['doctor', '--json', '--config', file, '--server', server, '--timeout', '2s'];
  const nobody = { AWS_EC2_METADATA_DISABLED: 'true', HOME: directory };
  return readReport(await runOffhook(args, { env: { ...nobody, ...env } }));
}

describe('an EventBridge bus', { timeout: 180_000 }, () => {
  it('is asked for, nothing is put on it, and what AWS cannot be asked is said not to be checked', async () => {
    const bus = await startBus({ status: 200, body: { Name: 'offhook', Arn: ARN } });
    const report = await reportOf(bus.endpoint);
    expect(report.code).toBe(0);
    expect(report.check('subscriptions.bus.credentials').message).toBe(
      'found for eu-central-1 (access key AKIA…)',
    );
    expect(report.check('subscriptions.bus.bus')).toMatchObject({
      ...{ status: 'ok', message: 'offhook is there, in eu-central-1', details: { arn: ARN } },
    });
    expect(report.check('subscriptions.bus.permission')).toMatchObject({
      status: 'skipped',
      message: 'AWS cannot be asked for it without putting an event on the bus',
    });
    expect(bus.asked).toEqual([['AWSEvents.DescribeEventBus', { Name: 'offhook' }]]);
    expect(report.output).not.toContain('very-secret');
  });

  it.each([
    ['is not there', 400, 'ResourceNotFoundException', 'failed', /^there is no bus offhook in eu-central-1$/],
    ['may not be asked for', 400, 'AccessDeniedException', 'skipped', /may not events:DescribeEventBus/],
    ['takes other keys', 400, 'UnrecognizedClientException', 'failed', /UnrecognizedClientException$/],
    ['is out of order', 500, 'InternalException', 'failed', /InternalException$/],
  ])('that %s is told', async (_, status, type, expected, message) => {
    const bus = await startBus({ status, body: { __type: type, message: 'secret words of AWS' } });
    const report = await reportOf(bus.endpoint);
    expect(report.check('subscriptions.bus.bus')).toMatchObject({
      status: expected,
      message: expect.stringMatching(message),
    });
    expect(report.code).toBe(expected === 'failed' ? 1 : 0);
    expect(report.output).not.toContain('secret words');
  });

  it.each([
    ['does not answer', 'hang', /took longer than 2 s|timeout/],
    ['is not reached', 'away', /ECONNREFUSED/],
  ] as const)('that %s is told within the time', async (_, how, message) => {
    const endpoint = how === 'hang' ? (await startBus('hang')).endpoint : 'http://127.0.0.1:9';
    const report = await reportOf(endpoint);
    expect(report.check('subscriptions.bus.bus')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(message),
    });
  });

  it('without credentials is asked nothing', async () => {
    const bus = await startBus({ status: 200, body: {} });
    const report = await reportOf(bus.endpoint, {});
    expect(report.check('subscriptions.bus.credentials').status).toBe('failed');
    expect(report.ids('skipped')).toEqual(['subscriptions.bus.bus', 'subscriptions.bus.permission']);
    expect(bus.asked).toEqual([]);
  });
});
