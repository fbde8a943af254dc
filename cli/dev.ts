import { runDev } from './dev/run-dev.ts';
import { type Command, EXIT, stringOption, UsageError } from './terminal/command.ts';

const HELP = `Usage: offhook dev [OPTIONS]                 (from a checkout: npm run dev -- [OPTIONS])

Runs the whole bridge on this machine: an embedded Kubernetes API with a small kubelet model, the
watcher, and the functions in workerd (D1, Queue, Durable Object). Applies infra/local/hooks-pod.yaml,
prints each lifecycle event as it is seen, delivered and handled, deletes the Pod after a while, and
goes on until Ctrl-C. Beside it live a crash loop, a job and a rollout, told in sums (not with --once).
Nothing leaves this machine and nothing is kept.

With --context or --kubeconfig it follows that cluster instead and never writes to it: nothing is
applied, nothing deleted; events show as containers there start and stop.

Options:
  --kubeconfig FILE     follow the cluster of this kubeconfig
  --context NAME        follow the cluster of this context
  --delete-after SECS   how long hooks-pod lives (default 10; 0: until you delete it)
  --no-neighbours       hooks-pod alone: no crash loop, job and rollout beside it
  --once                end when the Pod's story is told and handled, instead of waiting for Ctrl-C
  --port PORT           of the page and the receiver (default 8787, or a free one if that is taken)
  --cluster-port PORT   of the embedded API (default: a free one)
  -v, --verbose         also print the logs of the watcher and of the functions
  -h, --help            this text

Exit code: 0 after Ctrl-C or --once; 1 when something cannot start, or --once does not come to its
end in two minutes; 2 for a mistake on the command line.
`;

export const devCommand: Command = {
  help: HELP,
  options: {
    kubeconfig: { type: 'string' },
    context: { type: 'string' },
    'delete-after': { type: 'string' },
    once: { type: 'boolean' },
    'no-neighbours': { type: 'boolean' },
    port: { type: 'string' },
    'cluster-port': { type: 'string' },
    verbose: { type: 'boolean', short: 'v' },
  },
  operands: 0,
  async run(input, io) {
    const kubeconfig = stringOption(input, 'kubeconfig');
    const context = stringOption(input, 'context');
    const real = kubeconfig !== undefined || context !== undefined;
    const once = input.options.once === true;
    if (real && once)
      throw new UsageError(
        '--once tells the story of the embedded cluster; leave out --context and --kubeconfig',
      );
    const deleteAfter = numberOption('--delete-after', stringOption(input, 'delete-after') ?? '10', 86_400);
    if (once && deleteAfter === 0)
      throw new UsageError('--once needs the Pod to be deleted: --delete-after must not be 0');
    const port = stringOption(input, 'port');
    const done = await runDev(
      {
        cluster: real
          ? { kind: 'real', kubeconfig, context }
          : {
              kind: 'embedded',
              port: portOption('--cluster-port', stringOption(input, 'cluster-port') ?? '0'),
            },
        receiverPort: port === undefined ? 'default' : portOption('--port', port),
        deleteAfterMs: deleteAfter * 1000,
        once,
        neighbours: !real && !once && input.options['no-neighbours'] !== true,
        verbose: input.options.verbose === true,
      },
      io,
    );
    return done ? EXIT.ok : EXIT.failed;
  },
};

function portOption(name: string, text: string): number {
  return numberOption(name, text, 65_535);
}

function numberOption(name: string, text: string, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > most)
    throw new UsageError(`${name} must be a whole number from 0 to ${most}, not "${text}"`);
  return number;
}
