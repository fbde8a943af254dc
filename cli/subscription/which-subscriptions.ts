import type { Operand, Options, OptionValues } from '../command/option.ts';
import { textValue } from '../command/value-kinds.ts';
import { CONTEXT, KUBECONFIG, SERVER } from '../options/which-cluster.ts';

const OF_THE_CLUSTER = 'a ClusterHookSubscription is in no namespace';

/** Options that say where the objects are. */
export const WHICH_SUBSCRIPTIONS = {
  namespace: {
    placeholder: 'NAME',
    kind: textValue,
    short: 'n',
    help: 'namespace of the HookSubscription; left out: that of the context',
    conflicts: { 'all-namespaces': 'one or all', cluster: OF_THE_CLUSTER },
  },
  'all-namespaces': {
    short: 'A',
    help: 'HookSubscriptions of all namespaces',
    conflicts: { cluster: OF_THE_CLUSTER },
  },
  cluster: { help: 'ClusterHookSubscriptions' },
  kubeconfig: KUBECONFIG,
  context: CONTEXT,
  server: SERVER,
} as const satisfies Options;

export type WhichSubscriptions = OptionValues<typeof WHICH_SUBSCRIPTIONS>;

/** Kubernetes' limit of a name. */
const OBJECT_NAME = /^[a-z0-9][-a-z0-9.]{0,252}$/;

/** The object that a command is about. */
export const SUBSCRIPTION_NAME = {
  placeholder: 'NAME',
  kind: {
    expected: 'the name of an object: a-z, 0-9, "-" and ".", its namespace goes with --namespace',
    read: (given) => (OBJECT_NAME.test(given) ? given : undefined),
  },
  wanted: 'the NAME of a subscription; "offhook subscription list" shows them',
} as const satisfies Operand<string>;
