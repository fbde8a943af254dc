import { generateSecret } from '../../protocol/signature/keygen.ts';
import { parseSigningSecret, type SigningSecret } from '../../protocol/signature/signing-secret.ts';
import { formatFaults } from '../../settings/fault.ts';
import { generalProxy, readEnvironmentProxies } from '../../settings/outbound/proxy-rules.ts';
import type { SubscriptionConfig } from '../../watcher/config/watcher-config.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { untilStopped } from '../command/until-stopped.ts';
import { UsageError } from '../command/usage-error.ts';
import { readSigningSecrets } from '../send/read-secrets.ts';
import { localSubscription } from '../watch/local-subscription.ts';
import { startVolatileWatcher } from '../watch/start-volatile-watcher.ts';
import { watcherFailure } from '../watch/watcher-failure.ts';
import { createAnswerReport } from './answer-report.ts';
import type { ListenOptions } from './listen-options.ts';
import { openListenedCluster } from './listened-cluster.ts';

/** What it signs with; `made` is the text of a secret that was made for this run. */
type Signing = {
  readonly place: string;
  readonly secrets: readonly SigningSecret[];
  readonly made: string | null;
};

/**
 * Forwards the events of a cluster until it is told to stop.
 *
 * @returns the exit code.
 * @throws UsageError when the secret cannot sign.
 */
export async function runListen(options: ListenOptions, io: CommandIo): Promise<number> {
  const signing = await readSigning(options, io);
  const subscription = subscriptionOf(options, signing, io);
  const report = createAnswerReport(options, io);
  const releases = new AsyncDisposableStack();
  let failure: string | null = null;
  try {
    const cluster = await openListenedCluster(options, io);
    releases.defer(() => cluster.close());
    const namespaces = [...new Set(options.namespace)];
    const watcher = await startVolatileWatcher({
      cluster: cluster.access,
      subscription,
      watch: {
        replayExisting: options.replayExisting,
        ...(namespaces.length > 0 && { namespaces }),
      },
      observer: report,
      verbose: options.verbose,
      io,
    });
    releases.defer(() => watcher.release());
    introduce(cluster.name, signing, options, io);
    cluster.play();
    await Promise.race([untilStopped(io.stop), watcher.running.ended]);
  } catch (error) {
    failure = watcherFailure(error);
  } finally {
    await releases.disposeAsync();
  }
  if (failure !== null) io.stderr.write(`offhook listen: ${failure}\n`);
  else io.stderr.write(`${report.summary()}\n`);
  return failure === null ? EXIT.ok : EXIT.failed;
}

async function readSigning(options: ListenOptions, { env }: CommandIo): Promise<Signing> {
  const found = await readSigningSecrets(options, env);
  if (found !== null) return { ...found, made: null };
  const { secret } = await generateSecret('v1');
  return { place: 'made for this run', secrets: [parseSigningSecret(secret)], made: secret };
}

function subscriptionOf(
  { to, hook, namespace, selector, container, exitCodes, reason }: ListenOptions,
  { secrets }: Signing,
  { env }: CommandIo,
): SubscriptionConfig {
  // Of an end only postStop tells; events about the bridge itself would come all the same.
  const isOfEnds = exitCodes !== undefined || reason.length > 0;
  if (isOfEnds && hook.some((each) => each !== 'postStop'))
    throw new UsageError('--exit-codes and --reason are for --hook postStop alone');
  const hooks = isOfEnds ? (['postStop'] as const) : hook;
  const { proxies, faults } = readEnvironmentProxies(env);
  if (faults.length > 0) throw new UsageError(formatFaults(faults));
  return localSubscription(
    { name: 'listen', url: to.href, secrets },
    {
      filter: {
        ...(hooks.length > 0 && { hooks }),
        ...(namespace.length > 0 && { namespaces: namespace }),
        ...(selector.length > 0 && { selectorExpressions: selector }),
        ...(container.length > 0 && { containers: container }),
        ...(exitCodes && { exitCodes }),
        ...(reason.length > 0 && { reasons: reason }),
      },
      // Sent once: whoever works on a receiver wants to see an answer, and not those to earlier events again.
      retryScheduleMs: [],
      proxyFor: generalProxy(undefined, proxies),
    },
  );
}

/** On standard error, so that standard output has the events alone. A URL can have a token in its path. */
function introduce(
  cluster: string,
  { place, made }: Signing,
  { to }: ListenOptions,
  { stderr }: CommandIo,
): void {
  const secret =
    made === null
      ? `the one of ${place}`
      : `${made}\n              (made for this run; give it to the receiver)`;
  stderr.write(`
  cluster     ${cluster}
  receiver    ${to.origin}
  secret      ${secret}

Forwarding what happens from now on. Ctrl-C ends.

`);
}
