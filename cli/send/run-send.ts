import { randomUUID } from 'node:crypto';
import { printable } from '../../protocol/json/printable.ts';
import { sampleData } from '../../protocol/sample/sample-data.ts';
import { type Sample, SampleError, sampleEvent } from '../../protocol/sample/sample-event.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { formatFaults } from '../../settings/fault.ts';
import { OutboundDispatcher } from '../../settings/outbound/outbound-dispatcher.ts';
import { generalProxy, readEnvironmentProxies } from '../../settings/outbound/proxy-rules.ts';
import type { Environment } from '../../settings/overrides.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { readFailure } from '../doctor/subscriptions/read-failure.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { version } from '../terminal/version.ts';
import { answerMeaning } from './answer-meaning.ts';
import type { SampleChange } from './change-value.ts';
import { curlLine } from './curl-line.ts';
import { type PostedEvent, postEvent } from './post-event.ts';
import { readChanges } from './read-changes.ts';
import { readSecretText, readSigner, type SecretPlace } from './read-secrets.ts';
import { isStill, type SentName, sampleOf } from './sent-name.ts';
import { type SignedRequest, signRequest } from './signed-request.ts';

type SendOptions = SecretPlace & {
  readonly to: URL;
  readonly hook: SentName;
  readonly set: readonly SampleChange[];
  readonly bearerTokenFile: string | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  /** Only show what would be sent. */
  readonly print: boolean;
  readonly json: boolean;
};

/**
 * Sends a signed sample event and says what the answer means.
 *
 * @returns the exit code.
 * @throws UsageError when there is nothing to sign, or to sign with.
 */
export async function runSend(options: SendOptions, io: CommandIo): Promise<number> {
  const nowMs = systemClock.nowMs();
  const sample = await changedSample(options, nowMs);
  const signer = await readSigner(options, io.env);
  const request = await signRequest(sample, { signer, nowMs, version: version() });
  const { to: url, bearerTokenFile } = options;
  if (options.print) {
    io.stdout.write(curlLine(url, request, bearerTokenFile));
    io.stderr.write(
      'The signature stands in it, and is good for this event and five minutes; the secret does not.\n',
    );
    return EXIT.ok;
  }
  const startMs = systemClock.monotonicMs();
  const posted = await send(url, withToken(request, bearerTokenFile), options, io);
  const durationMs = Math.round(systemClock.monotonicMs() - startMs);
  const taken = posted.kind === 'answered' && posted.status >= 200 && posted.status < 300;
  const told = { sample, posted, durationMs, taken };
  io.stdout.write(options.json ? jsonLine(asRecord(told)) : asText(told));
  return taken ? EXIT.ok : EXIT.failed;
}

async function changedSample({ hook, set }: SendOptions, nowMs: number): Promise<Sample> {
  const unique = randomUUID().replaceAll('-', '');
  const { sample, changes } = sampleOf(hook);
  const data = readChanges(sampleData(sample, nowMs, unique), [...changes, ...set]);
  try {
    const made = await sampleEvent(sample, { nowMs, unique, data });
    if (isStill(hook, made.event)) return made;
    throw new UsageError(`what --set says makes it another event than ${hook}: name its hook alone`);
  } catch (error) {
    if (!(error instanceof SampleError)) throw error;
    throw new UsageError(`--set ${error.path.replace(/^data\./, '')}: ${printable(error.message)}`);
  }
}

function withToken(request: SignedRequest, file: string | undefined): SignedRequest {
  if (file === undefined) return request;
  const token = readSecretText('--bearer-token-file', file);
  if (!/^[A-Za-z0-9\-._~+/]+=*$/.test(token))
    throw new UsageError('--bearer-token-file: expected one word of letters, digits and -._~+/ (RFC 6750)');
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

async function send(
  url: URL,
  request: SignedRequest,
  { timeout }: SendOptions,
  { env, stop }: CommandIo,
): Promise<PostedEvent> {
  const proxyFor = generalProxy(undefined, proxiesOf(env));
  const dispatcher = new OutboundDispatcher(proxyFor, { connectTimeoutMs: timeout });
  try {
    return await postEvent(url, request, { dispatcher, timeoutMs: timeout, stop });
  } finally {
    await dispatcher.disconnect();
  }
}

function proxiesOf(env: Environment) {
  const { proxies, faults } = readEnvironmentProxies(env);
  if (faults.length > 0) throw new UsageError(formatFaults(faults));
  return proxies;
}

type Told = {
  readonly sample: Sample;
  readonly posted: PostedEvent;
  readonly durationMs: number;
  readonly taken: boolean;
};

function meaningOf(posted: PostedEvent): string {
  if (posted.kind === 'answered') return answerMeaning(posted.status, posted.code);
  return readFailure(posted.reason).hints[0] ?? 'The receiver did not answer.';
}

function asText({ sample: { event }, posted, durationMs }: Told): string {
  const about = `${event.data.hook} ${event.id} of ${printable(event.subject)}`;
  const answer =
    posted.kind === 'answered'
      ? [posted.status, posted.code, posted.path === null ? null : `at ${posted.path}`]
      : ['no answer:', posted.reason];
  const said = answer.filter((part) => part !== null).join(' ');
  return `${about}\n${said} in ${durationMs} ms: ${meaningOf(posted)}\n`;
}

function asRecord({ sample: { event }, posted, durationMs, taken }: Told) {
  const { kind: _, ...answer } = posted;
  return { id: event.id, hook: event.data.hook, taken, ...answer, durationMs, meaning: meaningOf(posted) };
}
