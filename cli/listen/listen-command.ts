import { SCENARIO_NAMES } from '../../infra/local/scenes/scenarios.ts';
import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { textValue, wordValue } from '../command/value-kinds.ts';
import { HOOK } from '../options/event-filter.ts';
import { JSON_LINES } from '../options/json.ts';
import { CONTEXT, KUBECONFIG, SERVER } from '../options/which-cluster.ts';
import { receiverUrlValue } from '../send/receiver-url-value.ts';
import { exitCodesValue, labelRequirementValue, nameValue, reasonValue } from './filter-values.ts';

const ABOUT = `
Follows a cluster and forwards its lifecycle events, signed as a watcher signs them, to a receiver on this machine; prints a
line for each with what it was answered. For whoever writes a receiver or handlers. It goes on until Ctrl-C.

It reads the cluster and never writes to it. Each event is sent once, whatever the answer, where "offhook watch" would try
again for days. Nothing is kept: the journal is in a temporary directory, which is removed at the end; what
happens before the start or after the end is not told.
`;

const NOTES = `
Where no option and no variable OFFHOOK_SIGNING_SECRET has a signing secret, one is made and shown: it is good until the end of
this run, and the receiver needs it, too.

It needs what "offhook watch" needs: list and watch on pods and, where it may, events; get on the namespace kube-system. With
--namespace it asks for the Pods of those namespaces only. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are heeded.
`;

const OWN_CLUSTER = 'it follows a cluster of its own';

export const listenCommand = defineCommand({
  name: 'listen',
  summary: 'forward the events of a cluster to a receiver on this machine',
  about: ABOUT,
  options: {
    to: {
      placeholder: 'URL',
      kind: receiverUrlValue,
      help: 'where the receiver takes events, such as http://localhost:3000/hooks',
      required: true,
    },
    kubeconfig: KUBECONFIG,
    context: CONTEXT,
    server: SERVER,
    embedded: {
      help: 'follow an embedded cluster, which ends with it, instead of a real one',
      conflicts: { kubeconfig: OWN_CLUSTER, context: OWN_CLUSTER, server: OWN_CLUSTER },
    },
    scenario: {
      placeholder: 'NAME',
      kind: wordValue(SCENARIO_NAMES),
      help: 'what happens there, as often as wanted ("offhook cluster --list" tells them; hooks where none is given)',
      repeatable: true,
      goesWith: { embedded: '' },
    },
    hook: { ...HOOK, help: `only these hooks, as often as wanted: ${HOOK.help}`, repeatable: true },
    namespace: {
      placeholder: 'NAME',
      kind: nameValue,
      help: 'only Pods of these namespaces, as often as wanted',
      repeatable: true,
    },
    selector: {
      placeholder: 'LABEL',
      kind: labelRequirementValue,
      help: 'only Pods with this label, as kubectl writes it: app=checkout, tier!=db, "tier in (web,edge)", !canary; of several, with all of them',
      repeatable: true,
    },
    container: {
      placeholder: 'NAME',
      kind: nameValue,
      help: 'only these containers, as often as wanted (init containers only when named)',
      repeatable: true,
    },
    'exit-codes': {
      placeholder: 'CODES',
      kind: exitCodesValue,
      help: 'only ends with one of these exit codes, such as 1,137, or "!0,143" for all others; no event but postStop',
    },
    reason: {
      placeholder: 'REASON',
      kind: reasonValue,
      help: 'only ends for this reason, such as OOMKilled, as often as wanted; no event but postStop',
      repeatable: true,
    },
    'replay-existing': { help: 'also send postStart for what runs already' },
    'signing-secret-file': {
      placeholder: 'FILE',
      kind: textValue,
      help: 'what to sign with: whsec_… or whsk_…',
    },
    'signing-secret-env': {
      placeholder: 'NAME',
      kind: textValue,
      help: 'the same in a variable (default OFFHOOK_SIGNING_SECRET, where it is set)',
      conflicts: { 'signing-secret-file': 'both say where the secret is; give one of them' },
    },
    verbose: { short: 'v', help: "also print the watcher's log" },
    json: JSON_LINES,
  },
  notes: NOTES,
  examples: [
    'offhook listen --to http://localhost:3000/hooks --namespace shop',
    'offhook listen --to http://localhost:3000/hooks --embedded --scenario oom-kill --hook postStop',
  ],
  exitCodes: {
    0: 'after SIGINT or SIGTERM',
    1: 'when it cannot start, or its temporary directory fails',
    2: `${MISTAKE}, or when the secret cannot sign`,
  },
  run: async (values, io) => (await import('./run-listen.ts')).runListen(values, io),
});
