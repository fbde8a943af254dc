import { defineCommand } from '../command/command.ts';
import { MISTAKE_OR_CONFIGURATION } from '../command/exit-code.ts';
import { durationValue } from '../command/value-kinds.ts';
import { WATCHER_CONFIG } from '../options/config-file.ts';
import { JSON_OBJECT } from '../options/json.ts';
import { CONTEXT, KUBECONFIG, SERVER } from '../options/which-cluster.ts';

const ABOUT = `
Looks at everything that a watcher with this configuration needs, in the ways the watcher would: its
configuration and secrets, the API server and this machine's clock, each permission, the journal, and each
subscription as far as its receiver. Says of each whether it is good, and what to do where it is not.

It writes neither to the cluster nor to the journal, and can run beside a watcher. Each webhook gets one request in
the shape of an event, signed with a wrong key: a receiver that verifies answers 401 and stores nothing. Nothing is
put on an EventBridge bus: whether it may be is not checked.

Permissions are asked for the identity that runs it: in the Pod that of the watcher, elsewhere yours.
`;

const NOTES = `
✓ good; ! good enough, and somebody should know; ✗ failed; – skipped, for want of something that failed, or because
it cannot be checked.

Environment: as for "offhook watch".
`;

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'check configuration, permissions, journal and receivers',
  about: ABOUT,
  options: {
    config: WATCHER_CONFIG,
    kubeconfig: KUBECONFIG,
    context: CONTEXT,
    server: SERVER,
    timeout: {
      placeholder: 'DURATION',
      kind: durationValue,
      help: 'longest time for each check, such as 5s',
      default: '10s',
    },
    json: JSON_OBJECT,
  },
  notes: NOTES,
  examples: ['kubectl exec offhook-0 -- offhook doctor --config /etc/offhook/offhook.yaml'],
  exitCodes: { 0: 'when nothing failed', 1: 'when something failed', 2: MISTAKE_OR_CONFIGURATION },
  run: async (values, io) => (await import('./run-doctor.ts')).runDoctor(values, io),
});
