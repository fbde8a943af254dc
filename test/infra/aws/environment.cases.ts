import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { LambdaName } from '../../../functions/build/lambda-names.ts';
import { generateSecret } from '../../../protocol/signature/keygen.ts';
import { bundleDirectory, directories } from './bundled.ts';
import { synthesize } from './synthesize.ts';

const run = promisify(execFile);
const { resources } = synthesize();

/** An AWS that has one secret for everybody and, for the rest, empty answers. */
const { secret } = await generateSecret('v1');
const aws = createServer((_, response) => response.end(JSON.stringify({ SecretString: secret })));
aws.listen(0, '127.0.0.1');
await once(aws, 'listening');
afterAll(() => aws.close());

/** Set by Lambda and not by the stack, or read by the SDK and by Node. */
const PLATFORM =
  /^(AWS_|NODE_|_X_AMZN_|SMITHY_|HOME|USERPROFILE$|CI$|DEBUG$|FORCE_COLOR$|WATCH_REPORT_DEPENDENCIES$)/;

const GET_HEALTH = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/healthz',
  rawQueryString: '',
  headers: { host: 'x.lambda-url.eu-central-1.on.aws' },
  requestContext: {
    http: { method: 'GET', path: '/healthz' },
    domainName: 'x.lambda-url.eu-central-1.on.aws',
  },
  isBase64Encoded: false,
};

/** Variables that a function reads where they are set, but does not need, and the stack does not set. */
type Optional = readonly string[] | 'what the handlers read';

describe.each<[LambdaName, string, unknown, Optional]>([
  [
    'receiver',
    'Receiver',
    GET_HEALTH,
    ['PAGE_OPEN', 'PAGE_ALB_ARN', 'PAGE_ACCESS_TEAM', 'PAGE_ACCESS_AUDIENCE', 'RETENTION_SECONDS'],
  ],
  ['handlers', 'Handlers', { Records: [] }, 'what the handlers read'],
  ['maintenance', 'Maintenance', {}, ['AUDIT_RETENTION', 'AUDIT_RETENTION_DAYS', 'CHECKPOINT_PREFIX']],
])('%s', (name, logicalName, event, optional) => {
  test('starts with what the stack sets, reads all of it, and asks for nothing else', async () => {
    const set = environmentOf(logicalName);
    const { read, failure } = await invoke(join(directories[name], 'index.mjs'), set, event);
    expect(failure).toBe(null);
    const own = Object.keys(set).filter((variable) => !PLATFORM.test(variable));
    expect(own).not.toEqual([]);
    const asked = read.filter((variable) => !PLATFORM.test(variable));
    expect({ unread: own.filter((variable) => !asked.includes(variable)) }).toEqual({ unread: [] });
    if (optional === 'what the handlers read') return;
    const unset = asked.filter((variable) => !own.includes(variable) && !optional.includes(variable));
    // The value itself instead of its ARN: for one's own machine.
    expect(unset.filter((variable) => !own.includes(`${variable}_ARN`))).toEqual([]);
  });
});

/** A Lambda's variables in the template, with the names of resources in the place of what AWS will call them. */
function environmentOf(logicalName: string): Record<string, string> {
  const lambdas = Object.entries(resources('AWS::Lambda::Function'));
  const found = lambdas.find(([id]) => new RegExp(`^${logicalName}[0-9A-F]{8}$`).test(id));
  const variables: Record<string, Value> = found?.[1].Properties.Environment.Variables ?? {};
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, textOf(value)]));
}

/** A value of a template: text, a reference, an attribute, or such things joined. */
type Value =
  | string
  | { readonly Ref: string }
  | { readonly 'Fn::GetAtt': readonly [string, string] }
  | { readonly 'Fn::Join': readonly [string, readonly Value[]] };

function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if ('Ref' in value) return value.Ref;
  if ('Fn::GetAtt' in value) return value['Fn::GetAtt'].join('.');
  const [separator, parts] = value['Fn::Join'];
  return parts.map(textOf).join(separator);
}

/** Invokes a bundle once, in a process with these variables only, and says which ones it looked at. */
async function invoke(
  file: string,
  variables: Record<string, string>,
  event: unknown,
): Promise<{ read: readonly string[]; failure: string | null }> {
  const { port } = aws.address() as AddressInfo;
  const script = `
    const read = new Set();
    process.env = new Proxy({ ...process.env }, {
      get(env, name) { if (typeof name === 'string') read.add(name); return env[name]; },
    });
    const lines = [];
    for (const level of ['log', 'info', 'warn', 'error']) console[level] = (line) => lines.push(String(line));
    let failure = null;
    try {
      const { handler } = await import(${JSON.stringify(file)});
      const answer = await handler(${JSON.stringify(event)}, {});
      if (answer?.statusCode >= 500) failure = lines.join(' ');
    } catch (error) {
      failure = String(error);
    }
    process.stdout.write(JSON.stringify({ read: [...read], failure }));
    process.exit();
  `;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: bundleDirectory,
    timeout: 20_000,
    env: {
      ...variables,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    },
  });
  return JSON.parse(stdout);
}
