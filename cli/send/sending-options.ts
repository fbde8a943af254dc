import { MISTAKE } from '../command/exit-code.ts';
import type { Options } from '../command/option.ts';
import { durationValue, textValue } from '../command/value-kinds.ts';
import { JSON_RESULT } from '../options/json.ts';
import { changeValue } from './change-value.ts';
import { receiverUrlValue } from './receiver-url-value.ts';
import { SENT_NAMES } from './sent-name.ts';

/** What `offhook send` and `offhook trigger` have in common: all but how they are told which event. */
export const SENDING_OPTIONS = {
  to: {
    placeholder: 'URL',
    kind: receiverUrlValue,
    help: 'where the receiver takes events, such as http://127.0.0.1:8787/events',
    required: true,
  },
  set: {
    placeholder: 'PATH=VALUE',
    kind: changeValue,
    help: 'say something else in its data; as often as wanted',
    repeatable: true,
  },
  'signing-secret-file': {
    placeholder: 'FILE',
    kind: textValue,
    help: 'what to sign with: whsec_… or whsk_…, as the watcher has it',
  },
  'signing-secret-env': {
    placeholder: 'NAME',
    kind: textValue,
    help: 'the same in a variable (default OFFHOOK_SIGNING_SECRET)',
    conflicts: { 'signing-secret-file': 'both say where the secret is; give one of them' },
  },
  'bearer-token-file': {
    placeholder: 'FILE',
    kind: textValue,
    help: 'token for a gateway before the receiver: authorization: Bearer …',
  },
  timeout: {
    placeholder: 'DURATION',
    kind: durationValue,
    help: 'longest time for the answer',
    default: '15s',
  },
  print: {
    help: 'send nothing, print a curl line that would: with the signature, which is good for five minutes, and without the secret',
    conflicts: { json: 'it prints a line for a shell' },
  },
  json: JSON_RESULT,
} as const satisfies Options;

export const SENDING_ABOUT = `
Sends one signed test event to a receiver, as a watcher would, and says what the answer means. The event is a sample of
its hook, about a Pod that does not exist; each time it is a new one. Handlers run for it as for any other, and it stays
in the audit trail, in the chain of a cluster called "sample".

The signing secret comes from a file or a variable, never from the command line, where other users of this machine
could read it.
`;

export const SENDING_NOTES = `
The events: ${SENT_NAMES.join(', ')}.

--set changes the event's data by path: exit.code=137, pod.namespace=shop, pod.labels.app=checkout, stop.trigger=evicted,
cluster.uid=UID (for a receiver whose keys are bound to clusters). The same pod.uid and container.id again make the same
event again, which a receiver answers with "duplicate".

Environment: OFFHOOK_SIGNING_SECRET is read where neither option names a secret; HTTPS_PROXY, HTTP_PROXY and NO_PROXY say
which proxy leads to the receiver.
`;

export const SENDING_EXIT_CODES = {
  0: 'when the receiver took it (2xx)',
  1: 'when it refused, or did not answer',
  2: `${MISTAKE}, or when there is no secret to sign with`,
};
