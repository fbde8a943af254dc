import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { textValue } from '../command/value-kinds.ts';

const ABOUT = `
Reads a recorded watch stream and prints the lifecycle events it means, by the very code that
"offhook watch" runs. Nothing is contacted, stored or sent.

FILE is NDJSON of {"at", "stream", "event"}, bare {"type", "object"} lines, or the concatenated JSON
that kubectl prints, also one list of any length (kubectl get pods -o json); "-" is standard input.
Pods and kubelet Events, of either API, may be mixed.
`;

export const explainCommand = defineCommand({
  name: 'explain',
  summary: 'print the lifecycle events that a recorded watch stream means',
  about: ABOUT,
  operands: { file: { placeholder: 'FILE', kind: textValue, wanted: 'a FILE, or "-" for standard input' } },
  options: {
    json: {
      help: 'one JSON object a line: hook, podUid, container, containerID, observation, exitCode, reason; "trigger" of a preStop, "amended" of a postStop, "failed" of a hookFailed',
    },
  },
  examples: ['kubectl get pods -w -o json --output-watch-events | offhook explain -'],
  exitCodes: {
    0: '',
    1: 'when something could not be read (it is named on standard error, the rest is still explained)',
    2: MISTAKE,
  },
  run: async (values, io) => (await import('./print-explanation.ts')).printExplanation(values, io),
});
