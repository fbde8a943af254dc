import { defineCommand } from '../command/command.ts';
import { EXIT, MISTAKE } from '../command/exit-code.ts';
import { UsageError } from '../command/usage-error.ts';
import { wholeNumberValue } from '../command/value-kinds.ts';
import { CONTEXT, KUBECONFIG } from '../options/which-cluster.ts';

const ABOUT = `
Runs the whole bridge on this machine: an embedded Kubernetes API with a small kubelet model, the
watcher, and the functions in workerd (D1, Queue, Durable Object). Applies infra/local/hooks-pod.yaml,
prints each lifecycle event as it is seen, delivered and handled, deletes the Pod after a while, and
goes on until Ctrl-C. Beside it live a crash loop, a job and a rollout, told in sums (not with --once).
Nothing leaves this machine and nothing is kept.

With --context or --kubeconfig it follows that cluster instead and never writes to it: nothing is
applied, nothing deleted; events show as containers there start and stop.

From a checkout: npm run dev -- [OPTIONS]
`;

const TELLS_EMBEDDED = 'it tells the story of the embedded cluster';
const port = wholeNumberValue(0, 65_535);

export const devCommand = defineCommand({
  name: 'dev',
  summary: 'run the whole bridge on this machine, with an embedded cluster',
  about: ABOUT,
  options: {
    kubeconfig: { ...KUBECONFIG, help: 'follow the cluster of this kubeconfig' },
    context: { ...CONTEXT, help: 'follow the cluster of this context' },
    'delete-after': {
      placeholder: 'SECS',
      kind: wholeNumberValue(0, 86_400),
      help: 'how many seconds hooks-pod lives; 0: until you delete it',
      default: '10',
    },
    'no-neighbours': { help: 'hooks-pod alone: no crash loop, job and rollout beside it' },
    once: {
      help: "end when the Pod's story is told and handled, instead of waiting for Ctrl-C",
      conflicts: { context: TELLS_EMBEDDED, kubeconfig: TELLS_EMBEDDED },
    },
    port: {
      placeholder: 'PORT',
      kind: port,
      help: 'of the page and the receiver (default 8787, or a free one if that is taken)',
    },
    'cluster-port': { placeholder: 'PORT', kind: port, help: 'of the embedded API (default: a free one)' },
    verbose: { short: 'v', help: 'also print the logs of the watcher and of the functions' },
  },
  exitCodes: {
    0: 'after Ctrl-C or --once',
    1: 'when something cannot start, or --once does not come to its end in two minutes',
    2: MISTAKE,
  },
  async run({ kubeconfig, context, deleteAfter, once, ...options }, io) {
    const real = kubeconfig !== undefined || context !== undefined;
    if (once && deleteAfter === 0)
      throw new UsageError('--once needs the Pod to be deleted: --delete-after must not be 0');
    const { runDev } = await import('./run-dev.ts');
    const done = await runDev(
      {
        cluster: real
          ? { kind: 'real', kubeconfig, context }
          : { kind: 'embedded', port: options.clusterPort ?? 0 },
        receiverPort: options.port ?? 'default',
        deleteAfterMs: deleteAfter * 1000,
        once,
        neighbours: !real && !once && !options.noNeighbours,
        verbose: options.verbose,
      },
      io,
    );
    return done ? EXIT.ok : EXIT.failed;
  },
});
