import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { textValue } from '../command/value-kinds.ts';
import { namespaceLabelsValue } from './namespace-labels-value.ts';

const ABOUT = `
Reads a recorded watch stream and prints the lifecycle events it means, by the very code that
"offhook watch" runs. Nothing is contacted, stored or sent.

FILE is NDJSON of {"at", "stream", "event"}, bare {"type", "object"} lines, or the concatenated JSON
that kubectl prints, also one list of any length (kubectl get pods -o json); "-" is standard input.
Pods and kubelet Events, of either API, may be mixed.

With --subscriptions it also says of each event which subscriptions would get it, and in the end what each of them got; of one
that got nothing, what stood in the way. That FILE holds HookSubscriptions and ClusterHookSubscriptions, as they are written or
as kubectl get -o yaml prints them, or is an offhook.yaml, whose secrets are not read.
`;

export const explainCommand = defineCommand({
  name: 'explain',
  summary: 'print the lifecycle events that a recorded watch stream means',
  about: ABOUT,
  operands: { file: { placeholder: 'FILE', kind: textValue, wanted: 'a FILE, or "-" for standard input' } },
  options: {
    subscriptions: {
      placeholder: 'FILE',
      kind: textValue,
      help: 'say who would get each event: HookSubscriptions, ClusterHookSubscriptions, or an offhook.yaml',
    },
    'namespace-labels': {
      placeholder: 'NAME:LABELS',
      kind: namespaceLabelsValue,
      help: 'labels of a namespace, as often as wanted, such as shop:team=billing,env=prod; those of Namespaces in either FILE are known',
      repeatable: true,
      goesWith: { subscriptions: '' },
    },
    json: {
      help: 'one JSON object a line: hook, podUid, container, containerID, observation, exitCode, reason; "trigger" of a preStop, "amended" of a postStop, "failed" of a hookFailed; with --subscriptions "subscriptions" and "perhaps", and at the end an object for each subscription',
    },
  },
  examples: [
    'kubectl get pods -w -o json --output-watch-events | offhook explain -',
    'offhook explain --subscriptions hooks.yaml recorded.ndjson',
  ],
  exitCodes: {
    0: '',
    1: 'when something could not be read (it is named on standard error, the rest is still explained)',
    2: MISTAKE,
  },
  run: async (values, io) => (await import('./print-explanation.ts')).printExplanation(values, io),
});
