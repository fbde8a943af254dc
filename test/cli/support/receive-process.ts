import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SECRET } from '../../functions/support/signed-post.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { type OffhookProcess, startOffhook } from '../../support/offhook-process.ts';

export type ReceiveSetup = {
  readonly directory: string;
  readonly file: string;
  readonly env: Record<string, string>;
};

/** A handlers module of a user: `probe` calls the test's server for every postStart. */
const HANDLERS = `
import type { RegisterHandlers } from '${join(import.meta.dirname, '../../../functions/handlers/register.ts')}';

export const registerHandlers: RegisterHandlers = (hooks, { vars }) => {
  hooks.on('postStart', {}, async (event, ctx) => {
    const headers = { 'x-attempt': String(ctx.attempt), 'x-secret': vars.PROBE_SECRET ?? '' };
    await ctx.fetch(vars.PROBE_URL + '/' + event.data.pod.name, { method: 'POST', headers });
  }, { name: 'probe', timeoutMs: Number(vars.PROBE_TIMEOUT_MS ?? 30_000), retryMs: 0 });
};
`;

/** Writes an offhook-receiver.yaml into a directory of its own, listening on a free port. */
export function writeReceiverConfig(extra = '', listen = 'port: 0'): ReceiveSetup {
  const directory = temporaryDirectory();
  const file = join(directory, 'offhook-receiver.yaml');
  writeFileSync(
    file,
    `signingSecretEnv: SIGNING_SECRET
dataDir: ${join(directory, 'data')}
listen: { ${listen} }
${extra}`,
  );
  return { directory, file, env: { SIGNING_SECRET: SECRET } };
}

/** The same with handlers of a user's own, which call that server. */
export function writeProbeConfig(probeUrl: string, extra = '', vars = ''): ReceiveSetup {
  const setup = writeReceiverConfig();
  const module = join(setup.directory, 'handlers.ts');
  const secret = join(setup.directory, 'probe.secret');
  writeFileSync(module, HANDLERS);
  writeFileSync(secret, 'secret of the probe\n');
  writeFileSync(
    setup.file,
    `handlers: { module: ${module} }
vars: { PROBE_URL: "${probeUrl}", PROBE_SECRET: { file: ${secret} }${vars} }
signingSecretEnv: SIGNING_SECRET
dataDir: ${join(setup.directory, 'data')}
listen: { port: 0 }
${extra}`,
  );
  return setup;
}

export function receive({ file, env }: ReceiveSetup): OffhookProcess {
  return startOffhook(['receive', '--config', file], { env });
}

/** Waits until it takes events; gives its URL. */
export async function urlOf(receiver: OffhookProcess): Promise<string> {
  const [, url = ''] = await receiver.says(/"events":"([^"]+)\/events"/);
  return url;
}
