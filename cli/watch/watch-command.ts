import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { textValue } from '../command/value-kinds.ts';
import { WATCHER_CONFIG } from '../options/config-file.ts';
import { CONTEXT, KUBECONFIG, SERVER } from '../options/which-cluster.ts';

const ABOUT = `
Follows the Pods of a cluster and sends their container lifecycle events to the subscriptions of the
configuration. Reads the cluster, never writes to it (but for the Lease of a standby, where the
configuration names one). The configuration is read again when it, or a file that it names, has
changed, and on SIGHUP where no terminal runs it. Runs until SIGINT or SIGTERM, then gives the
deliveries in flight ten seconds and keeps the rest in the journal for the next start.

Inside a cluster it uses the Pod's service account; elsewhere it uses kubectl's configuration.
It needs: list and watch on pods, get on the namespace kube-system, and, for the earliest notice of a
preStop, list and watch on events (optional); for a standby get, create and update on leases.
`;

const NOTES = `
Environment: OFFHOOK_CLUSTER, OFFHOOK_DATA_DIR, OFFHOOK_LOG_LEVEL, OFFHOOK_NODE, OFFHOOK_PORT go
before the file; HTTPS_PROXY, HTTP_PROXY and NO_PROXY say which proxy leads to receivers, to AWS and to
the API server (never from inside its cluster); variables named by signingSecretEnv and bearerTokenEnv hold
secrets.
`;

export const watchCommand = defineCommand({
  name: 'watch',
  summary: 'follow a cluster and send its lifecycle events',
  about: ABOUT,
  options: {
    config: WATCHER_CONFIG,
    kubeconfig: KUBECONFIG,
    context: CONTEXT,
    server: SERVER,
    node: {
      placeholder: 'NAME',
      kind: textValue,
      help: 'only the Pods of one node, for one watcher per node; goes before OFFHOOK_NODE',
    },
    'replay-existing': { help: 'at the first start, send postStart for what runs already' },
    quiet: { short: 'q', help: 'no line a delivery, which a terminal gets on standard output' },
    check: { help: 'read the configuration, say what is wrong with it, and end' },
  },
  notes: NOTES,
  exitCodes: {
    0: 'after SIGINT or SIGTERM',
    1: "when it cannot start or the journal's disk fails",
    2: MISTAKE_OR_CONFIGURATION,
  },
  run: async (values, io) => (await import('./run-watch.ts')).runWatch(values, io),
});
